using System.Globalization;
using System.Text.Json;
using Pth.Errors;

namespace Pth.Formats.TorchScript;

/// <summary>The fields of one message in the JSON of Protocol Buffers. A field is there once, and of its kind, or it is an error.</summary>
internal readonly struct ScriptModelFields
{
    private readonly Dictionary<string, JsonElement> _fields;
    private readonly string _what;
    private readonly ErrorLocation _location;

    public ScriptModelFields(JsonElement message, string what, ErrorLocation location)
    {
        _what = what;
        _location = location;
        _fields = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (message.ValueKind != JsonValueKind.Object)
        {
            throw Error($"{message.ValueKind} for {what}", "an object");
        }
        foreach (JsonProperty field in message.EnumerateObject())
        {
            // Null stands for "not there".
            if (field.Value.ValueKind != JsonValueKind.Null && !_fields.TryAdd(field.Name, field.Value))
            {
                throw Error($"'{field.Name}' twice in {what}", "each field once");
            }
        }
    }

    public bool Has(string name) => _fields.ContainsKey(name);

    public JsonElement Object(string name) =>
        _fields.TryGetValue(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object
            ? value
            : throw Unfit(name, "an object");

    public IEnumerable<JsonElement> Items(string name)
    {
        if (!_fields.TryGetValue(name, out JsonElement value))
        {
            return [];
        }
        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw Unfit(name, "an array");
    }

    public string Text(string name, string absent)
    {
        if (!_fields.TryGetValue(name, out JsonElement value))
        {
            return absent;
        }
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Unfit(name, "a string");
    }

    /// <summary>The name of one of several values, or its number.</summary>
    public string TextOrNumber(string name, string absent) =>
        _fields.TryGetValue(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            ? value.GetRawText()
            : Text(name, absent);

    public bool Bool(string name)
    {
        if (!_fields.TryGetValue(name, out JsonElement value))
        {
            return false;
        }
        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Unfit(name, "true or false"),
        };
    }

    public long Long(string name, long absent)
    {
        if (!_fields.TryGetValue(name, out JsonElement value))
        {
            return absent;
        }
        return AsLong(value) ?? throw Unfit(name, "an integer of 64 bits");
    }

    public IReadOnlyList<long> Longs(string name)
    {
        var numbers = new List<long>();
        foreach (JsonElement item in Items(name))
        {
            numbers.Add(AsLong(item) ?? throw Unfit(name, "integers of 64 bits"));
        }
        return numbers;
    }

    public double Double(string name, double absent)
    {
        if (!_fields.TryGetValue(name, out JsonElement value))
        {
            return absent;
        }
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number)
            ? number
            : throw Unfit(name, "a number");
    }

    private static long? AsLong(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt64(out long number) => number,
            JsonValueKind.String
                when long.TryParse(
                    value.GetString(),
                    NumberStyles.AllowLeadingSign,
                    CultureInfo.InvariantCulture,
                    out long number
                ) => number,
            _ => null,
        };

    private CheckpointException Unfit(string name, string expected) =>
        Error(
            _fields.TryGetValue(name, out JsonElement value)
                ? $"{value.ValueKind} for '{name}' of {_what}"
                : $"no '{name}' in {_what}",
            expected
        );

    private CheckpointException Error(string found, string expected) =>
        _location.Error(CheckpointErrorKind.InvalidHeader, found, expected);
}
