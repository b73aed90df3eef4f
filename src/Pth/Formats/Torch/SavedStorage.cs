using Pth.Tensors;

namespace Pth.Formats.Torch;

/// <summary>A storage that a pickle named while it was written.</summary>
internal sealed class SavedStorage(PyString key, Storage storage, DType dtype)
{
    private List<TensorView>? _parts;
    private bool _isUsedWhole;

    /// <summary>Its name.</summary>
    public PyString Key => key;

    public Storage Storage => storage;

    /// <summary>The element type it was named with; <see cref="DType.UInt8"/> when untyped, as PyTorch counts it.</summary>
    public DType DType => dtype;

    /// <summary>The checksum that the bytes to be written must have; null where none is known.</summary>
    /// <exception cref="CheckpointException">The bytes come from a file with another byte order, and their checksum there is wrong.</exception>
    public StorageChecksum? TakeChecksum()
    {
        StorageChecksum? recorded = storage.Checksum;
        if (recorded is null || ReferenceEquals(recorded.Raw, storage.Data))
        {
            return recorded;
        }
        // It is of other bytes than those that are written.
        recorded.Verify();
        return null;
    }

    /// <summary>Takes a tensor that looks at it.</summary>
    public void Use(TensorView view)
    {
        // Nearly every tensor has its storage for itself.
        if (view.ByteCount == storage.ByteCount && view.IsContiguous)
        {
            _isUsedWhole = true;
            return;
        }
        (_parts ??= []).Add(view);
    }

    /// <summary>Takes that all of it is looked at.</summary>
    public void UseAll() => _isUsedWhole = true;

    /// <summary>The bytes that nothing looks at.</summary>
    public long CountUnused() =>
        _isUsedWhole ? 0 : storage.ByteCount - StorageUsage.CountUsedBytes(storage, _parts ?? []);
}
