using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Pth.Distributed.Collectives;

/// <summary>
/// The memory of a tensor for the time of an operation: its own where it is contiguous on the CPU, else a contiguous copy that is copied back.
/// </summary>
internal sealed unsafe partial class TensorMemory : IDisposable
{
    private readonly Tensor _tensor;
    private readonly Tensor? _copy;

    /// <param name="tensor">The tensor; an alias is held, so that it may be disposed while the operation runs.</param>
    public TensorMemory(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.is_sparse)
        {
            throw new ArgumentException("found a sparse tensor, expected a dense one", nameof(tensor));
        }
        Element = ElementKinds.Of(tensor.dtype);
        Count = tensor.numel();
        using (no_grad())
        {
            // Detached from the caller's dispose scope: the operation may outlive it.
            _tensor = tensor.detach().DetachFromDisposeScope();
            if (tensor.device_type != DeviceType.CPU || !tensor.is_contiguous())
            {
                using Tensor near = tensor.detach().cpu();
                _copy = near.contiguous().DetachFromDisposeScope();
            }
        }
        Address = (byte*)THSTensor_data((_copy ?? _tensor).Handle);
    }

    public ElementKind Element { get; }

    public long Count { get; }

    public byte* Address { get; }

    /// <summary>Brings the result into the tensor where it was made in a copy.</summary>
    public void CopyBack()
    {
        if (_copy is not null)
        {
            using (no_grad())
            {
                _tensor.copy_(_copy).DetachFromDisposeScope();
            }
        }
    }

    public void Dispose()
    {
        _copy?.Dispose();
        _tensor.Dispose();
    }

    /// <summary>The address of the first element. TorchSharp's own way asks for the element type, of which bfloat16 has none.</summary>
    [LibraryImport("LibTorchSharp")]
    private static partial nint THSTensor_data(nint handle);
}
