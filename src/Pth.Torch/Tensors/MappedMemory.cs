using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Pth.Bytes;
using Pth.Torch.Native;
using TorchSharp;

namespace Pth.Torch.Tensors;

/// <summary>
/// A part of a file that a tensor of TorchSharp has as its memory, until the last tensor on it is freed. Writing to the tensor changes its memory
/// alone, never the file.
/// </summary>
internal sealed unsafe class MappedMemory
{
    private readonly MemoryMappedViewAccessor _view;
    private readonly Deleter _deleter;
    private GCHandle _self;

    private MappedMemory(MemoryMappedViewAccessor view)
    {
        _view = view;
        _deleter = Release;
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void Deleter(void* data);

    /// <summary>Makes a tensor of one dimension over all whole elements of a storage.</summary>
    /// <returns>Null where its bytes do not lie in a file as they are, or not so that an element can be read in one go.</returns>
    public static torch.Tensor? TryMap(Storage storage, torch.ScalarType type, int itemSize)
    {
        (ByteSource whole, long offset) = storage.Data.Locate();
        long count = storage.ByteCount / itemSize;
        if (whole is not FileSource file || offset % itemSize != 0 || count == 0)
        {
            return null;
        }
        var memory = new MappedMemory(file.MapPrivately(offset, storage.ByteCount));
        byte* start = null;
        memory._view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        // TorchSharp holds the function, not the object: the object holds itself.
        memory._self = GCHandle.Alloc(memory);
        nint tensor = TorchSharpLibrary.FromMemory(
            start + memory._view.PointerOffset,
            Marshal.GetFunctionPointerForDelegate(memory._deleter),
            &count,
            1,
            (sbyte)type,
            (sbyte)type,
            (int)DeviceType.CPU,
            -1,
            requiresGrad: false
        );
        if (tensor == 0)
        {
            memory.Release(null);
            torch.CheckForErrors();
        }
        return torch.Tensor.UnsafeCreateTensor(tensor);
    }

    private void Release(void* data)
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _self.Free();
    }
}
