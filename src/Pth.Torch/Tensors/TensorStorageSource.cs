using Pth.Bytes;
using TorchSharp;
using static TorchSharp.torch;

namespace Pth.Torch.Tensors;

/// <summary>The bytes of a tensor's storage where they lie, without a copy.</summary>
/// <remarks>
/// It holds a reference of its own to the tensor, as a second name in Python would, so the bytes stay when the module is disposed. They
/// are released with it by the garbage collector: as everywhere, a span does not keep what it points to.
/// </remarks>
internal sealed unsafe class TensorStorageSource : ByteSource
{
    private readonly Tensor _tensor;
    private byte* _start;

    /// <param name="tensor">A tensor in the memory of this process. Not taken over.</param>
    /// <param name="start">The first byte of its storage.</param>
    /// <param name="length">The size of its storage.</param>
    public TensorStorageSource(Tensor tensor, void* start, long length)
    {
        _tensor = tensor.alias().DetachFromDisposeScope();
        _start = (byte*)start;
        Length = length;
    }

    public override string Name => "<tensor>";

    public override long Length { get; }

    public override bool IsNative => true;

    public override ReadOnlySpan<byte> GetSpan(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_tensor.IsInvalid, this);
        CheckRange(offset, length);
        return new ReadOnlySpan<byte>(_start + offset, length);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _start = null;
            _tensor.Dispose();
        }
        base.Dispose(disposing);
    }
}
