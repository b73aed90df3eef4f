using System.Buffers;
using System.Text.Json;
using Pth.Bytes;
using Pth.Errors;

namespace Pth.Formats.Sharded;

/// <summary>An index of shards: <c>{"metadata": {"total_size": 144}, "weight_map": {"a.weight": "model-00001-of-00002.safetensors"}}</c>.</summary>
internal sealed class ShardIndex
{
    private const int MaxLength = 1 << 28;
    private const int MaxDepth = 64;

    private readonly ErrorLocation _location;
    private readonly ReadOptions _options;
    private readonly OrderedDictionary<string, string> _files = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, string> _metadata = new(StringComparer.Ordinal);

    private ShardIndex(ErrorLocation location, ReadOptions options)
    {
        _location = location;
        _options = options;
    }

    /// <summary>The file of each tensor, in the order of the index.</summary>
    public IReadOnlyDictionary<string, string> Files => _files;

    /// <summary>The files, each once and in the order in which they are first named.</summary>
    public IReadOnlyList<string> FileNames
    {
        get
        {
            var names = new List<string>();
            var seen = new HashSet<string>(StringComparer.Ordinal);
            string? last = null;
            foreach (string file in _files.Values)
            {
                if (!ReferenceEquals(file, last) && seen.Add(file))
                {
                    names.Add(file);
                }
                last = file;
            }
            return names;
        }
    }

    /// <summary>What the index says of itself, beside the size.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>The bytes of all tensors as the index says; null where it does not.</summary>
    public long? TotalSize { get; private set; }

    /// <exception cref="CheckpointException">It is no index, or it names files outside its folder.</exception>
    public static ShardIndex Read(ByteSource source, ReadOptions options)
    {
        var index = new ShardIndex(new ErrorLocation(source.Name), options);
        if (source.Length > MaxLength)
        {
            throw index._location.Error(
                CheckpointErrorKind.LimitExceeded,
                $"an index of {source.Length} bytes",
                $"at most {MaxLength}"
            );
        }
        // Read, as a mapping is not worth its while for so few bytes.
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)source.Length);
        var reader = new Utf8JsonReader(
            source.Read(0, (int)source.Length, buffer),
            new JsonReaderOptions { MaxDepth = MaxDepth }
        );
        try
        {
            index.Read(ref reader);
        }
        // Half of a surrogate pair in a text is the second.
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw index
                ._location.At(reader.TokenStartIndex)
                .Error(CheckpointErrorKind.InvalidHeader, "what is no JSON", "an index of shards");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return index;
    }

    private void Read(ref Utf8JsonReader reader)
    {
        bool hasMap = false;
        reader.Read();
        Require(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("weight_map"u8))
            {
                hasMap = true;
                reader.Read();
                ReadMap(ref reader);
            }
            else if (reader.ValueTextEquals("metadata"u8))
            {
                reader.Read();
                ReadMetadata(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
        reader.Read();
        if (!hasMap)
        {
            throw _location.Error(CheckpointErrorKind.InvalidHeader, "no weight_map", "the file of each tensor");
        }
    }

    private void ReadMap(ref Utf8JsonReader reader)
    {
        Require(ref reader, JsonTokenType.StartObject);
        string? last = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            long position = reader.TokenStartIndex;
            string name = reader.GetString()!;
            reader.Read();
            Require(ref reader, JsonTokenType.String);
            // The tensors of a file mostly follow each other.
            bool isSame = last is not null && reader.ValueTextEquals(last);
            string file = isSame ? last! : reader.GetString()!;
            if (name.Length > _options.Limits.MaxNameLength || _files.Count >= _options.Limits.MaxRecords)
            {
                throw _location
                    .At(position)
                    .Error(
                        CheckpointErrorKind.LimitExceeded,
                        $"tensor {_files.Count + 1} with a name of {name.Length} characters",
                        $"at most {_options.Limits.MaxRecords} with {_options.Limits.MaxNameLength} ({nameof(ReadLimits)})"
                    );
            }
            if (!isSame)
            {
                RequirePlainName(name, file, position);
                last = file;
            }
            if (!_files.TryAdd(name, file))
            {
                if (!_options.Lenient)
                {
                    throw _location
                        .In(name)
                        .At(position)
                        .Error(CheckpointErrorKind.DuplicateRecord, "the tensor a second time", "each once");
                }
                _files[name] = file;
            }
        }
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            if (key == "total_size" && reader.TokenType == JsonTokenType.Number)
            {
                TotalSize = reader.TryGetInt64(out long size) ? size : null;
            }
            else if (reader.TokenType == JsonTokenType.String)
            {
                _metadata[key] = reader.GetString()!;
            }
            else
            {
                reader.Skip();
            }
        }
    }

    // A name is of a file beside the index, whatever the system takes for a separator.
    private void RequirePlainName(string name, string file, long position)
    {
        if (file is "" or "." or ".." || file.AsSpan().IndexOfAny("/\\:\0") >= 0)
        {
            throw _location
                .In(name)
                .At(position)
                .Error(
                    CheckpointErrorKind.InvalidHeader,
                    $"the file '{file}'",
                    "the name of a file in the folder of the index"
                );
        }
    }

    private void Require(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (reader.TokenType != type)
        {
            throw _location
                .At(reader.TokenStartIndex)
                .Error(CheckpointErrorKind.InvalidHeader, $"{reader.TokenType}", $"{type}, as in an index of shards");
        }
    }
}
