using Pth.Errors;
using Pth.Formats.Torch;

namespace Pth.Formats.TorchZip;

/// <summary>Learns from a pickle which storages there are and how large, before anybody knows where they lie.</summary>
internal sealed class StorageSizes : IStorageProvider
{
    private readonly OrderedDictionary<string, long> _sizes = new(StringComparer.Ordinal);

    /// <summary>The size of each in bytes, by its key, in the order in which the pickle names them.</summary>
    public IReadOnlyDictionary<string, long> Sizes => _sizes;

    /// <inheritdoc />
    public Storage Get(in StorageReference reference, ErrorLocation location)
    {
        if (reference.ByteCount > long.MaxValue)
        {
            throw location.Error(
                CheckpointErrorKind.InvalidTensor,
                $"a storage of {reference.ByteCount} bytes",
                "a size in bytes that fits in 64 bits"
            );
        }
        _sizes.TryAdd(reference.Key, (long)reference.ByteCount);
        return Storage.Meta((long)reference.ByteCount, reference.DType ?? DType.UInt8);
    }

    /// <inheritdoc />
    public void SetElementType(Storage storage, DType dtype, ErrorLocation location) { }
}
