using Pth.Bytes;
using Pth.Errors;
using Pth.Formats.Torch;
using Pth.Zip;

namespace Pth.Formats.TorchZip;

/// <summary>The records <c>data/KEY</c> as storages: made when the pickle first names them, one for each key.</summary>
/// <param name="archive">The file.</param>
/// <param name="isBigEndian">Whether numbers must be turned.</param>
/// <param name="open">The bytes of a record and its checksum: in the file, or where they were copied to.</param>
internal sealed class TorchZipStorages(
    TorchZipArchive archive,
    bool isBigEndian,
    Func<ZipEntry, (ByteSource Data, StorageChecksum Checksum)> open
) : IStorageProvider
{
    private readonly Dictionary<string, Known> _storages = new(StringComparer.Ordinal);
    private readonly List<ByteSource> _owned = [];

    /// <summary>All storages that the pickle named.</summary>
    public IEnumerable<Storage> All => _storages.Values.Select(known => known.Storage);

    /// <summary>Memory that the storages need beside the file.</summary>
    public IReadOnlyList<ByteSource> Owned => _owned;

    public Storage Get(in StorageReference reference, ErrorLocation location)
    {
        if (_storages.TryGetValue(reference.Key, out Known? known))
        {
            return known.DType == reference.DType && known.Storage.ByteCount == reference.ByteCount
                ? known.Storage
                : throw location.Error(
                    CheckpointErrorKind.InvalidTensor,
                    $"storage '{reference.Key}' as {reference.Count} x {Name(reference.DType)}",
                    $"{known.Storage.ByteCount} bytes of {Name(known.DType)}, as it was named before"
                );
        }
        if (!archive.TryFind(TorchZipRecords.StoragePrefix + reference.Key, out ZipEntry? entry))
        {
            throw location.Error(
                CheckpointErrorKind.MissingRecord,
                $"no record '{archive.Name}/{TorchZipRecords.StoragePrefix}{reference.Key}'",
                $"one of {reference.ByteCount} bytes"
            );
        }
        if (entry.Length != reference.ByteCount)
        {
            throw location.Error(
                CheckpointErrorKind.SizeMismatch,
                $"{entry.Length} bytes in record '{entry.Name}'",
                $"{reference.ByteCount}: {reference.Count} x {Name(reference.DType)}"
            );
        }
        known = Make(entry, reference);
        _storages.Add(reference.Key, known);
        return known.Storage;
    }

    /// <summary>
    /// Numbers of two sizes in one untyped storage cannot be turned: PyTorch never writes that, and it is refused.
    /// </summary>
    public void SetElementType(Storage storage, DType dtype, ErrorLocation location)
    {
        if (storage.Data is not SwappedSource swapped || swapped.TrySetUnit(dtype.SwapSize))
        {
            return;
        }
        throw location.Error(
            CheckpointErrorKind.Unsupported,
            $"a big-endian storage seen as {dtype.TorchName} and as numbers of {swapped.Unit} bytes",
            "numbers of one size"
        );
    }

    private Known Make(ZipEntry entry, in StorageReference reference)
    {
        (ByteSource data, StorageChecksum checksum) = open(entry);
        if (isBigEndian)
        {
            data = new SwappedSource(data, reference.DType?.SwapSize);
            _owned.Add(data);
        }
        return new Known(
            new Storage(data, reference.DType ?? DType.UInt8, reference.Device, checksum),
            reference.DType
        );
    }

    private static string Name(DType? dtype) => dtype?.TorchName ?? "byte (untyped)";

    private sealed record Known(Storage Storage, DType? DType);
}
