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

    private readonly OrderedDictionary<string, SafeTensorsEntry> _entries = new(StringComparer.Ordinal);
    private readonly List<ulong> _numbers = [];
    private bool _hasMetadata;

    public OrderedDictionary<string, string>? Metadata { get; private set; }

    /// <summary>Where in the JSON the member stands that holds the texts.</summary>
    public (int Start, int End)? MetadataRange { get; private set; }

    public bool HasUnknownFields { get; private set; }

    /// <summary>In the order of their offsets, those of equal ones in the order of the header.</summary>
    public IReadOnlyList<SafeTensorsEntry> Entries
    {
        get
        {
            SafeTensorsEntry[] entries = [.. _entries.Values];
            for (int i = 1; i < entries.Length; i++)
            {
                if ((entries[i - 1].Start, entries[i - 1].End).CompareTo((entries[i].Start, entries[i].End)) > 0)
                {
                    return [.. entries.OrderBy(entry => entry.Start).ThenBy(entry => entry.End)];
                }
            }
            return entries;
        }
    }

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
                string name = Text(ref reader);
                Read(ref reader);
                if (name == MetadataName)
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
            Require(ref reader, JsonTokenType.String, $"a text for '{key}'");
            if (!Metadata.TryAdd(key, Text(ref reader)))
            {
                RequireLenient(at, $"the key '{key}' twice in {MetadataName}");
                Metadata[key] = Text(ref reader);
            }
        }
    }

    private void ReadEntry(ref Utf8JsonReader reader, string name, long position)
    {
        Require(ref reader, JsonTokenType.StartObject, $"an object that describes the tensor '{name}'");
        SafeTensorsType? type = null;
        ulong[]? shape = null;
        ulong[]? offsets = null;
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
                shape = ReadNumbers(ref reader);
            }
            else if (reader.ValueTextEquals("data_offsets"u8))
            {
                RequireFirst(offsets is null, at, name, "data_offsets");
                offsets = ReadNumbers(ref reader);
                if (offsets.Length != 2)
                {
                    throw Error(at, $"{offsets.Length} numbers in data_offsets of '{name}'", "2");
                }
            }
            else
            {
                _ = Text(ref reader);
                Skip(ref reader);
                HasUnknownFields = true;
            }
        }
        if (type is null || shape is null || offsets is null)
        {
            string missing =
                type is null ? "dtype"
                : shape is null ? "shape"
                : "data_offsets";
            throw Error(position, $"no {missing} for the tensor '{name}'", "dtype, shape and data_offsets");
        }
        Add(new SafeTensorsEntry(name, type, shape, offsets[0], offsets[1], position));
    }

    private void Add(SafeTensorsEntry entry)
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
        if (!_entries.TryAdd(entry.Name, entry))
        {
            if (!options.Lenient)
            {
                throw location
                    .In(entry.Name)
                    .At(entry.Position)
                    .Error(CheckpointErrorKind.DuplicateRecord, "a second tensor of this name", "names that differ");
            }
            _entries[entry.Name] = entry;
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
        string text = Text(ref reader);
        return SafeTensorsTypes.Find(text)
            ?? throw location
                .In(name)
                .At(Position(ref reader))
                .Error(
                    CheckpointErrorKind.Unsupported,
                    $"the element type '{text}'",
                    $"one of {string.Join(", ", SafeTensorsTypes.All.Select(type => type.Name))}"
                );
    }

    private ulong[] ReadNumbers(ref Utf8JsonReader reader)
    {
        Read(ref reader);
        Require(ref reader, JsonTokenType.StartArray, "an array of numbers");
        _numbers.Clear();
        while (Next(ref reader, JsonTokenType.EndArray))
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetUInt64(out ulong number))
            {
                throw Error(
                    Position(ref reader),
                    Describe(ref reader),
                    "a whole number of 64 bits that is not negative"
                );
            }
            _numbers.Add(number);
        }
        return [.. _numbers];
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

    // What serde_json looks at in every value, also in those that nobody asks for.
    private void Read(ref Utf8JsonReader reader)
    {
        reader.Read();
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
