using Pth.Bytes;
using Pth.Errors;
using Pth.Formats.Torch;
using Pth.Zip;

namespace Pth.Formats.Archive;

/// <summary>The records of one folder, as <c>data/KEY</c>, as storages: made when the pickle first names them, one for each key.</summary>
/// <param name="archive">The file.</param>
/// <param name="isBigEndian">Whether numbers must be turned.</param>
/// <param name="open">The bytes of a record and its checksum: in the file, or where they were copied to.</param>
/// <param name="prefix">What stands before the key in the name of a record.</param>
/// <param name="suffix">What stands behind it.</param>
/// <param name="mayBeRetyped">Whether one record may be a storage of several types.</param>
/// <param name="mayBeLeftOut">Whether an empty record stands for bytes that were not saved.</param>
internal sealed class ArchiveStorages(
    TorchArchive archive,
    bool isBigEndian,
    Func<ZipEntry, (ByteSource Data, StorageChecksum Checksum)> open,
    string prefix = TorchRecords.StoragePrefix,
    string suffix = "",
    bool mayBeRetyped = false,
    bool mayBeLeftOut = false
) : IStorageProvider
{
    private readonly string _folder = $"{archive.Name}/{prefix}";

    // By the position of the record in the archive.
    private readonly (Storage? Storage, DType? DType)[] _storages = new (Storage?, DType?)[archive.Count];

    /// <summary>All storages that the pickle named.</summary>
    public IEnumerable<Storage> All => _storages.Select(known => known.Storage).OfType<Storage>();

    public Storage Get(in StorageReference reference, ErrorLocation location)
    {
        if (!archive.TryFind(_folder, reference.Key, suffix, out ZipEntry? entry))
        {
            throw location.Error(
                CheckpointErrorKind.MissingRecord,
                $"no record '{_folder}{reference.Key}{suffix}'",
                $"one of {reference.ByteCount} bytes"
            );
        }
        ref (Storage? Storage, DType? DType) known = ref _storages[entry.Index];
        if (known.Storage is { } storage)
        {
            // Empty storages have no data to disagree about. PyTorch 1.0 names the type with each tensor.
            bool fits = known.DType == reference.DType || reference.Count == 0 || mayBeRetyped;
            return fits && storage.ByteCount == reference.ByteCount
                ? storage
                : throw location.Error(
                    CheckpointErrorKind.InvalidTensor,
                    $"storage '{reference.Key}' as {reference.Count} x {Name(reference.DType)}",
                    $"{storage.ByteCount} bytes of {Name(known.DType)}, as it was named before"
                );
        }
        // TorchScript writes an empty record for what lies on no device.
        bool isMeta =
            entry.Length == 0 && (mayBeLeftOut || reference.Device == "meta") && reference.ByteCount <= long.MaxValue;
        if (entry.Length != reference.ByteCount && !isMeta)
        {
            throw location.Error(
                CheckpointErrorKind.SizeMismatch,
                $"{entry.Length} bytes in record '{entry.Name}'",
                $"{reference.ByteCount}: {reference.Count} x {Name(reference.DType)}"
            );
        }
        storage = isMeta
            ? Storage.Meta((long)reference.ByteCount, reference.DType ?? DType.UInt8)
            : Make(entry, reference);
        known = (storage, reference.DType);
        return storage;
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

    private Storage Make(ZipEntry entry, in StorageReference reference)
    {
        (ByteSource data, StorageChecksum checksum) = open(entry);
        if (isBigEndian)
        {
            data = new SwappedSource(data, reference.DType?.SwapSize);
        }
        return new Storage(data, reference.DType ?? DType.UInt8, reference.Device, checksum)
        {
            Key = reference.Key,
            FileOffset = entry.Method == ZipMethod.Stored ? entry.DataOffset : null,
        };
    }

    private static string Name(DType? dtype) => dtype?.TorchName ?? "byte (untyped)";
}
