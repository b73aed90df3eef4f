using System.Text;
using Pth.Bytes;
using Pth.Errors;
using Pth.Formats.Archive;
using Pth.Formats.Torch;
using Pth.Pickle;
using Pth.Zip;

namespace Pth.Formats.TorchZip;

/// <summary>The records of a <c>torch.save</c> file whose central directory is not there: its pickle says how long each of them is.</summary>
internal sealed class FoundArchive
{
    private readonly ByteSource _source;
    private readonly ReadLimits _limits;
    private readonly Dictionary<string, ZipFoundRecord> _records = new(StringComparer.Ordinal);
    private StorageSizes _sizes = new();

    private FoundArchive(ByteSource source, ReadLimits limits)
    {
        _source = source;
        _limits = limits;
    }

    /// <summary>The folder of all records.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The size of each storage, in the order of the pickle.</summary>
    public IReadOnlyDictionary<string, long> Sizes => _sizes.Sizes;

    /// <summary>The pickle of the saved object.</summary>
    public ZipFoundRecord Pickle => _records[TorchRecords.Pickle];

    /// <summary>Walks over the file.</summary>
    /// <exception cref="CheckpointException">The pickle is not all there or damaged, or the file is of another kind.</exception>
    public static FoundArchive Find(ByteSource source, ReadLimits limits)
    {
        var archive = new FoundArchive(source, limits);
        var walk = new ZipRecordWalk(source, archive.LengthOf, limits);
        walk.Run();
        archive.Name = walk.Prefix.TrimEnd('/');
        foreach (ZipFoundRecord record in walk.Records)
        {
            // The first of two of one name is the one that a walk meets; which of them PyTorch would take is another question.
            archive._records.TryAdd(record.Name[walk.Prefix.Length..], record);
        }
        archive.Prove();
        return archive;
    }

    /// <summary>Finds a record by its name in the folder.</summary>
    public ZipFoundRecord? Find(string record) => _records.GetValueOrDefault(record);

    /// <summary>The text of a short record; null where it is not there, not whole or too long to be one.</summary>
    public string? ReadText(string record)
    {
        const int MaxLength = 64;
        if (
            Find(record)
            is not { Method: ZipMethod.Stored, End: ZipRecordEnd.Whole, Length: { } length and <= MaxLength } found
        )
        {
            return null;
        }
        Span<byte> buffer = stackalloc byte[MaxLength];
        ReadOnlySpan<byte> text = _source.Read(found.DataOffset, (int)length, buffer);
        return found.Crc32 == 0 || FastCrc32.Hash(text) == found.Crc32 ? Encoding.UTF8.GetString(text).Trim() : null;
    }

    /// <summary>Reads the pickle.</summary>
    public PyValue ReadRoot(IStorageProvider storages) => Read(Pickle, storages, out _);

    private void Prove()
    {
        ErrorLocation location = new(_source.Name);
        if (Find(TorchRecords.ScriptConstants) is not null || _records.Keys.Any(IsOfAnotherKind))
        {
            throw location.Error(
                CheckpointErrorKind.Unsupported,
                "a damaged TorchScript or torch.package archive",
                "what torch.save writes"
            );
        }
        if (Find(TorchRecords.Pickle) is not { Length: { } length } pickle)
        {
            throw location.Error(
                CheckpointErrorKind.Truncated,
                $"{_source.Length} bytes without a whole {TorchRecords.Pickle}",
                "the pickle, which says what the tensors are"
            );
        }
        if (pickle.End == ZipRecordEnd.Cut)
        {
            return;
        }
        uint crc = new StorageChecksum(_source.Slice(pickle.DataOffset, length), pickle.Crc32, location).Compute(
            0,
            length,
            new byte[1 << 16],
            new TransferMeter(progress: null, length)
        );
        if (crc != pickle.Crc32 && (pickle.End == ZipRecordEnd.Damaged || pickle.Crc32 != 0))
        {
            throw location
                .In(pickle.Name)
                .Error(
                    CheckpointErrorKind.ChecksumMismatch,
                    $"CRC-32 {crc:x8} of {length} bytes",
                    $"{pickle.Crc32:x8} as the file records"
                );
        }
    }

    private static bool IsOfAnotherKind(string record) =>
        record.StartsWith(TorchRecords.ScriptCode, StringComparison.Ordinal) || record == TorchRecords.PackageModules;

    private long? LengthOf(ZipFoundRecord record)
    {
        string name = record.Name[(record.Name.IndexOf('/', StringComparison.Ordinal) + 1)..];
        if (name == TorchRecords.Pickle && Sizes.Count == 0)
        {
            _sizes = new StorageSizes();
            _ = Read(record, _sizes, out long length);
            return length;
        }
        return
            name.StartsWith(TorchRecords.StoragePrefix, StringComparison.Ordinal)
            && Sizes.TryGetValue(name[TorchRecords.StoragePrefix.Length..], out long size)
            ? size
            : null;
    }

    /// <param name="record">The record; it is as long as the pickle in it.</param>
    /// <param name="storages">What takes the names of storages.</param>
    /// <param name="length">Where the pickle ended.</param>
    private PyValue Read(ZipFoundRecord record, IStorageProvider storages, out long length)
    {
        ErrorLocation location = new(_source.Name, record.Name);
        long room = Math.Min(_source.Length - record.DataOffset, _limits.MaxPickleLength);
        var resolver = new TorchResolver(storages, location);
        var reader = new PickleReader(_source.Slice(record.DataOffset, room), location, _limits, resolver);
        PyValue root = reader.Read();
        length = reader.Position;
        return root;
    }
}
