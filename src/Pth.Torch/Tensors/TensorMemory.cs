using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Pth.Torch.Native;
using TorchSharp;

namespace Pth.Torch.Tensors;

/// <summary>Where the elements of a tensor lie, when that is a run of memory without gaps and without overlaps.</summary>
/// <param name="Address">The first byte.</param>
/// <param name="Order">
/// The dimensions in the order in which the elements lie, the slowest first: permuted so, the tensor is contiguous. 0, 2, 3, 1 for channels last.
/// </param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TensorMemory(nint Address, ImmutableArray<int> Order)
{
    /// <returns>Null where the tensor has gaps, overlaps, another device than the processor's own, or no elements.</returns>
    public static unsafe TensorMemory? Find(torch.Tensor tensor)
    {
        // The layout is not asked for where there are no strides.
        if (tensor.device_type != DeviceType.CPU || tensor.is_sparse || tensor.numel() == 0)
        {
            return null;
        }
        long[] shape = tensor.shape;
        ImmutableArray<int>? order = tensor.is_contiguous()
            ? [.. Enumerable.Range(0, shape.Length)]
            : FindOrder(shape, tensor.stride());
        return order is { } found ? new TensorMemory((nint)TorchSharpLibrary.GetData(tensor.Handle), found) : null;
    }

    private static ImmutableArray<int>? FindOrder(long[] shape, long[] strides)
    {
        int[] order = [.. Enumerable.Range(0, shape.Length).OrderByDescending(i => shape[i] == 1 ? 0 : strides[i])];
        long expected = 1;
        foreach (int i in order.Reverse())
        {
            if (shape[i] != 1 && strides[i] != expected)
            {
                return null;
            }
            expected *= shape[i];
        }
        return [.. order];
    }
}
