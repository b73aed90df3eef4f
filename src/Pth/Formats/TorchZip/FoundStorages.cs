using Pth.Bytes;
using Pth.Errors;
using Pth.Formats.Archive;
using Pth.Formats.Torch;
using Pth.Tensors;
using Pth.Zip;

namespace Pth.Formats.TorchZip;

/// <summary>The storages of a damaged file: those that are there, and for the others why they are not.</summary>
/// <param name="source">The file.</param>
/// <param name="archive">Its records.</param>
/// <param name="isBigEndian">Whether numbers must be turned.</param>
internal sealed class FoundStorages(ByteSource source, FoundArchive archive, bool isBigEndian) : IStorageProvider
{
    private readonly Dictionary<string, (Storage Storage, DType? DType)> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<Storage, StorageLoss> _losses = new(ReferenceEqualityComparer.Instance);
    private readonly long _zeros = ZeroTail.FindStart(source);

    /// <summary>What is not whole.</summary>
    public IReadOnlyDictionary<Storage, StorageLoss> Losses => _losses;

    /// <inheritdoc />
    public Storage Get(in StorageReference reference, ErrorLocation location)
    {
        if (_known.TryGetValue(reference.Key, out (Storage Storage, DType? DType) known))
        {
            bool fits = known.DType == reference.DType || reference.Count == 0;
            return fits && known.Storage.ByteCount == reference.ByteCount
                ? known.Storage
                : throw location.Error(
                    CheckpointErrorKind.InvalidTensor,
                    $"storage '{reference.Key}' of {reference.ByteCount} bytes",
                    $"{known.Storage.ByteCount} bytes of one type, as it was named before"
                );
        }
        Storage storage = Make(reference, (long)reference.ByteCount);
        _known.Add(reference.Key, (storage, reference.DType));
        return storage;
    }

    /// <inheritdoc />
    public void SetElementType(Storage storage, DType dtype, ErrorLocation location)
    {
        if (!storage.IsMeta && storage.Data is SwappedSource swapped && !swapped.TrySetUnit(dtype.SwapSize))
        {
            throw location.Error(
                CheckpointErrorKind.Unsupported,
                $"a big-endian storage seen as {dtype.TorchName} and as numbers of {swapped.Unit} bytes",
                "numbers of one size"
            );
        }
    }

    /// <summary>Checks the checksums of all that is there.</summary>
    public void Verify(IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        Storage[] whole =
        [
            .. _known
                .Values.Select(known => known.Storage)
                .Where(storage => storage.Checksum is not null && !_losses.ContainsKey(storage)),
        ];
        CheckpointException?[] failures = ChecksumPass.Run(
            [.. whole.Select(storage => storage.Checksum!)],
            progress,
            cancellationToken
        );
        for (int i = 0; i < whole.Length; i++)
        {
            if (failures[i] is not null)
            {
                _losses.Add(whole[i], new StorageLoss($"the checksum of storage '{whole[i].Key}' is wrong"));
            }
        }
    }

    private Storage Make(in StorageReference reference, long length)
    {
        string record = TorchRecords.StoragePrefix + reference.Key;
        if (archive.Find(record) is not { } found)
        {
            return Lose(
                reference,
                length,
                $"storage '{reference.Key}' is not in the file, which ends at byte {source.Length}"
            );
        }
        if (reference.Device == "meta" && found.Length == 0)
        {
            return Storage.Meta(length, reference.DType ?? DType.UInt8);
        }
        if (found.Method != ZipMethod.Stored)
        {
            return Lose(reference, length, $"storage '{reference.Key}' is deflated");
        }
        if (length > source.Length - found.DataOffset)
        {
            long there = Math.Max(Math.Min(source.Length, _zeros) - found.DataOffset, 0);
            return Lose(
                reference,
                length,
                $"the file ends {source.Length - found.DataOffset} bytes into storage '{reference.Key}' of {length}",
                isBigEndian ? null : source.Slice(found.DataOffset, there)
            );
        }
        if (found.Length != length || (found.End == ZipRecordEnd.Damaged && found.Crc32 == 0))
        {
            return Lose(reference, length, $"behind storage '{reference.Key}' there is no checksum of {length} bytes");
        }
        ByteSource raw = source.Slice(found.DataOffset, length);
        StorageChecksum? checksum =
            found.End == ZipRecordEnd.Cut
                ? null
                : new StorageChecksum(raw, found.Crc32, new ErrorLocation(source.Name, found.Name));
        ByteSource data = isBigEndian ? new SwappedSource(raw, reference.DType?.SwapSize) : raw;
        return new Storage(data, reference.DType ?? DType.UInt8, reference.Device, checksum)
        {
            Key = reference.Key,
            FileOffset = found.DataOffset,
        };
    }

    private Storage Lose(in StorageReference reference, long length, string reason, ByteSource? prefix = null)
    {
        var storage = Storage.Meta(length, reference.DType ?? DType.UInt8);
        // What is empty has nothing to lose.
        if (length > 0)
        {
            _losses.Add(storage, new StorageLoss(reason, prefix));
            return storage;
        }
        return new Storage(new MemorySource(Array.Empty<byte>()), storage.DType, reference.Device)
        {
            Key = reference.Key,
        };
    }
}
