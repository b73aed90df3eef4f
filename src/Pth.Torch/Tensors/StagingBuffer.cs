using System.Runtime.InteropServices;
using Pth.Torch.Native;
using TorchSharp;

namespace Pth.Torch.Tensors;

/// <summary>A small tensor for each element type, through which elements go that cannot be copied straight to where they belong.</summary>
internal sealed class StagingBuffer : IDisposable
{
    /// <summary>Bytes: it stays in the processor's cache, and a call for each fill costs nothing beside it.</summary>
    public const int Length = 4 << 20;

    private readonly Dictionary<torch.ScalarType, torch.Tensor> _buffers = [];

    /// <summary>The most elements that are staged at once.</summary>
    public static long Capacity(TensorView view, torch.ScalarType target)
    {
        ElementConversion conversion = Conversions.Find(view.DType, target);
        return Length / ItemSize(Conversions.BufferType(view.DType, conversion));
    }

    /// <summary>Copies a tensor that fits into the buffer to another of its shape, converting the elements as PyTorch's <c>copy_</c> does.</summary>
    public void Copy(TensorView view, torch.Tensor target)
    {
        ElementConversion conversion = Conversions.Find(view.DType, target.dtype);
        torch.ScalarType type = Conversions.BufferType(view.DType, conversion);
        if (!_buffers.TryGetValue(type, out torch.Tensor? buffer))
        {
            buffer = torch.empty(Length / ItemSize(type), type).DetachFromDisposeScope();
            _buffers.Add(type, buffer);
        }
        Fill(view, conversion, buffer);
        using torch.Tensor part = buffer.narrow(0, 0, view.ElementCount);
        using torch.Tensor shaped = part.view([.. view.Shape]);
        target.copy_(shaped);
    }

    public void Dispose()
    {
        foreach (torch.Tensor buffer in _buffers.Values)
        {
            buffer.Dispose();
        }
        _buffers.Clear();
    }

    private static void Fill(TensorView view, ElementConversion conversion, torch.Tensor buffer)
    {
        switch (conversion)
        {
            case ElementConversion.ToSingle:
                view.ReadAs(0, Elements<float>(buffer, view.ElementCount));
                break;
            case ElementConversion.ToComplex:
                view.ReadAs(0, Elements<float>(buffer, view.ElementCount * 2));
                break;
            case ElementConversion.ToDouble:
                view.ReadAs(0, Elements<double>(buffer, view.ElementCount));
                break;
            case ElementConversion.ToInt64:
                Widen(view, Elements<long>(buffer, view.ElementCount));
                break;
            default:
                view.CopyElements(0, Elements<byte>(buffer, view.ByteCount));
                break;
        }
    }

    // The narrow elements are put at the end of the memory of the wide ones, which are then made of them from the front.
    private static void Widen(TensorView view, Span<long> wide)
    {
        Span<byte> narrow = MemoryMarshal.AsBytes(wide)[^(int)view.ByteCount..];
        view.CopyElements(0, narrow);
        switch (view.DType)
        {
            case DType.UInt16:
                ReadOnlySpan<ushort> shorts = MemoryMarshal.Cast<byte, ushort>(narrow);
                for (int i = 0; i < wide.Length; i++)
                {
                    wide[i] = shorts[i];
                }
                break;
            case DType.UInt32:
                ReadOnlySpan<uint> ints = MemoryMarshal.Cast<byte, uint>(narrow);
                for (int i = 0; i < wide.Length; i++)
                {
                    wide[i] = ints[i];
                }
                break;
        }
    }

    private static int ItemSize(torch.ScalarType type) => ScalarTypes.Find(type)!.Value.ItemSize;

    private static unsafe Span<T> Elements<T>(torch.Tensor buffer, long count)
        where T : unmanaged => new(TorchSharpLibrary.GetData(buffer.Handle), (int)count);
}
