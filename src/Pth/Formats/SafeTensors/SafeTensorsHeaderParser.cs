using System.Text;
using System.Text.Json;
using Pth.Errors;

namespace Pth.Formats.SafeTensors;

/// <summary>Reads the JSON of a header by the rules of the reference's parser, serde_json, and two that are stricter.</summary>
/// <remarks>
/// Stricter: names that come twice are refused unless the reader is lenient, and an entry is an object, its type a text (the reference also
/// takes an array of the three values, and an object with the type for its key).
/// </remarks>
internal sealed class SafeTensorsHeaderParser(ErrorLocation location, ReadOptions options)
{
    /// <summary>serde_json stops at 128.</summary>
    private const int MaxDepth = 127;

    private const string MetadataName = "__metadata__";

    private readonly List<SafeTensorsEntry> _entries = [];
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<long> _numbers = [];
    private SafeTensorsType? _lastType;
    private bool _hasMetadata;

    public OrderedDictionary<string, string>? Metadata { get; private set; }

    /// <summary>Where in the JSON the member stands that holds the texts.</summary>
    public (int Start, int End)? MetadataRange { get; private set; }

    public bool HasUnknownFields { get; private set; }

    /// <summary>In the order of the header.</summary>
    public List<SafeTensorsEntry> Entries => _entries;

    public void Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            Read(ref reader);
            Require(ref reader, JsonTokenType.StartObject, "an object of tensors by name");
            while (Next(ref reader, JsonTokenType.EndObject))
            {
                long position = Position(ref reader);
                bool isMetadata = reader.ValueTextEquals(MetadataName);
                string name = isMetadata ? MetadataName : Text(ref reader);
                Read(ref reader);
                if (isMetadata)
                {
                    ReadMetadata(ref reader, position);
                    MetadataRange = ((int)position - SafeTensorsHeader.LengthSize, (int)reader.BytesConsumed);
                }
                else
                {
                    ReadEntry(ref reader, name, position);
                }
            }
            // White space may follow, which this reads over.
            reader.Read();
        }
        catch (JsonException fault)
        {
            throw location
                .At(SafeTensorsHeader.LengthSize + OffsetOf(fault, json))
                .Error(CheckpointErrorKind.InvalidHeader, $"what is no JSON ({Reason(fault)})", "a JSON object");
        }
    }

    private void ReadMetadata(ref Utf8JsonReader reader, long position)
    {
        if (_hasMetadata)
        {
            throw Error(position, $"a second {MetadataName}", "one");
        }
        _hasMetadata = true;
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }
        Require(ref reader, JsonTokenType.StartObject, "an object of texts, or null");
        Metadata = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        while (Next(ref reader, JsonTokenType.EndObject))
        {
            long at = Position(ref reader);
            string key = Text(ref reader);
            Read(ref reader);
            if (reader.TokenType != JsonTokenType.String)
            {
                throw Error(Position(ref reader), Describe(ref reader), $"a text for '{key}'");
            }
            if (!Metadata.TryAdd(key, Text(ref reader)))
            {
                RequireLenient(at, $"the key '{key}' twice in {MetadataName}");
                Metadata[key] = Text(ref reader);
            }
        }
    }

    private void ReadEntry(ref Utf8JsonReader reader, string name, long position)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Error(Position(ref reader), Describe(ref reader), $"an object that describes the tensor '{name}'");
        }
        SafeTensorsType? type = null;
        long[]? shape = null;
        (ulong Start, ulong End)? offsets = null;
        while (Next(ref reader, JsonTokenType.EndObject))
        {
            long at = Position(ref reader);
            if (reader.ValueTextEquals("dtype"u8))
            {
                RequireFirst(type is null, at, name, "dtype");
                type = ReadType(ref reader, name);
            }
            else if (reader.ValueTextEquals("shape"u8))
            {
                RequireFirst(shape is null, at, name, "shape");
                ReadNumbers(ref reader);
                shape = [.. _numbers];
            }
            else if (reader.ValueTextEquals("data_offsets"u8))
            {
                RequireFirst(offsets is null, at, name, "data_offsets");
                ReadNumbers(ref reader);
                offsets =
                    _numbers.Count == 2
                        ? unchecked(((ulong)_numbers[0], (ulong)_numbers[1]))
                        : throw Error(at, $"{_numbers.Count} numbers in data_offsets of '{name}'", "2");
            }
            else
            {
                _ = Text(ref reader);
                Skip(ref reader);
                HasUnknownFields = true;
            }
        }
        if (type is null || shape is null || offsets is not var (start, end))
        {
            string missing =
                type is null ? "dtype"
                : shape is null ? "shape"
                : "data_offsets";
            throw Error(position, $"no {missing} for the tensor '{name}'", "dtype, shape and data_offsets");
        }
        Add(new SafeTensorsEntry(name, type, shape, start, end, position));
    }

    private void Add(in SafeTensorsEntry entry)
    {
        if (entry.Name.Length > options.Limits.MaxNameLength)
        {
            throw Limit(
                entry.Position,
                $"a name of {entry.Name.Length} characters",
                options.Limits.MaxNameLength,
                nameof(ReadLimits.MaxNameLength)
            );
        }
        if (_places.TryAdd(entry.Name, _entries.Count))
        {
            _entries.Add(entry);
        }
        else if (options.Lenient)
        {
            _entries[_places[entry.Name]] = entry;
        }
        else
        {
            throw location
                .In(entry.Name)
                .At(entry.Position)
                .Error(CheckpointErrorKind.DuplicateRecord, "a second tensor of this name", "names that differ");
        }
        if (_entries.Count > options.Limits.MaxRecords)
        {
            throw Limit(
                entry.Position,
                $"{_entries.Count} tensors or more",
                options.Limits.MaxRecords,
                nameof(ReadLimits.MaxRecords)
            );
        }
    }

    private SafeTensorsType ReadType(ref Utf8JsonReader reader, string name)
    {
        Read(ref reader);
        Require(ref reader, JsonTokenType.String, "the name of an element type");
        // Most files have one type.
        if (_lastType is null || !reader.ValueTextEquals(_lastType.Name))
        {
            _lastType =
                SafeTensorsTypes.Find(ref reader)
                ?? throw location
                    .In(name)
                    .At(Position(ref reader))
                    .Error(
                        CheckpointErrorKind.Unsupported,
                        $"the element type '{Text(ref reader)}'",
                        $"one of {string.Join(", ", SafeTensorsTypes.All.Select(type => type.Name))}"
                    );
        }
        return _lastType;
    }

    private void ReadNumbers(ref Utf8JsonReader reader)
    {
        Read(ref reader);
        Require(ref reader, JsonTokenType.StartArray, "an array of numbers");
        _numbers.Clear();
        // What fits is finite, so that not every number is read twice.
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetUInt64(out ulong number))
            {
                Inspect(ref reader);
                throw Error(
                    Position(ref reader),
                    Describe(ref reader),
                    "a whole number of 64 bits that is not negative"
                );
            }
            _numbers.Add(unchecked((long)number));
        }
    }

    private void Skip(ref Utf8JsonReader reader)
    {
        Read(ref reader);
        int depth = reader.CurrentDepth;
        bool isOpen = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
        while (isOpen)
        {
            Read(ref reader);
            isOpen = reader.CurrentDepth > depth;
        }
    }

    private bool Next(ref Utf8JsonReader reader, JsonTokenType end)
    {
        Read(ref reader);
        return reader.TokenType != end;
    }

    private void Read(ref Utf8JsonReader reader)
    {
        reader.Read();
        Inspect(ref reader);
    }

    // What serde_json looks at in every value, also in those that nobody asks for.
    private void Inspect(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
        {
            _ = Text(ref reader);
        }
        if (
            reader.TokenType == JsonTokenType.Number
            && !(reader.TryGetDouble(out double number) && double.IsFinite(number))
        )
        {
            throw Error(Position(ref reader), "a number that no float64 can hold", "a smaller one");
        }
    }

    private string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Error(Position(ref reader), "half of a surrogate pair in a text", "whole characters");
        }
    }

    private void Require(ref Utf8JsonReader reader, JsonTokenType type, string expected)
    {
        if (reader.TokenType != type)
        {
            throw Error(Position(ref reader), Describe(ref reader), expected);
        }
    }

    private void RequireFirst(bool isFirst, long position, string name, string field)
    {
        if (!isFirst)
        {
            throw Error(position, $"a second {field} of '{name}'", "one");
        }
    }

    private void RequireLenient(long position, string found)
    {
        if (!options.Lenient)
        {
            throw location.At(position).Error(CheckpointErrorKind.DuplicateRecord, found, "each once");
        }
    }

    private CheckpointException Error(long position, string found, string expected) =>
        location.At(position).Error(CheckpointErrorKind.InvalidHeader, found, expected);

    private CheckpointException Limit(long position, string found, int limit, string name) =>
        location
            .At(position)
            .Error(CheckpointErrorKind.LimitExceeded, found, $"at most {limit} ({nameof(ReadLimits)}.{name})");

    private static long Position(ref Utf8JsonReader reader) => SafeTensorsHeader.LengthSize + reader.TokenStartIndex;

    private static string Describe(ref Utf8JsonReader reader) =>
        reader.TokenType switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "an array",
            JsonTokenType.String => "a text",
            JsonTokenType.Number =>
                $"the number {Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(40, reader.ValueSpan.Length)])}",
            _ => reader.TokenType.ToString(),
        };

    private static string Reason(JsonException fault)
    {
        int end = fault.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? fault.Message : fault.Message[..end]).TrimEnd('.');
    }

    private static long OffsetOf(JsonException fault, ReadOnlySpan<byte> json)
    {
        long start = 0;
        for (long line = fault.LineNumber ?? 0; line > 0; line--)
        {
            start += json[(int)start..].IndexOf((byte)'\n') + 1;
        }
        return start + (fault.BytePositionInLine ?? 0);
    }
}
