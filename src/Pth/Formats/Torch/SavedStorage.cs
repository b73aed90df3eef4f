namespace Pth.Formats.Torch;

/// <summary>A storage that a pickle named while it was written.</summary>
internal sealed class SavedStorage(PyString key, Storage storage, DType dtype)
{
    private readonly List<(long Start, long End)> _used = [];

    /// <summary>Its name: the number of storages before it.</summary>
    public PyString Key => key;

    public Storage Storage => storage;

    /// <summary>The element type it was named with; <see cref="DType.UInt8"/> when untyped, as PyTorch counts it.</summary>
    public DType DType => dtype;

    /// <summary>Takes the bytes that a tensor looks at: all from its first element to its last.</summary>
    public void Use(TensorView view)
    {
        if (view.ElementCount == 0)
        {
            return;
        }
        long last = view.Offset;
        for (int i = 0; i < view.Shape.Length; i++)
        {
            last += (view.Shape[i] - 1) * view.Strides[i];
        }
        int perByte = view.DType.ValuesPerByte;
        int size = view.DType.ItemSize;
        _used.Add((view.Offset / perByte * size, ((last / perByte) + 1) * size));
    }

    /// <summary>Takes all bytes.</summary>
    public void UseAll() => _used.Add((0, storage.ByteCount));

    /// <summary>The bytes that nothing looks at.</summary>
    public long CountUnused()
    {
        _used.Sort();
        long unused = 0;
        long reached = 0;
        foreach ((long start, long end) in _used)
        {
            unused += Math.Max(start - reached, 0);
            reached = Math.Max(reached, end);
        }
        return unused + Math.Max(storage.ByteCount - reached, 0);
    }
}
