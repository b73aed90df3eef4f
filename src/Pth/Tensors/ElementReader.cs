using System.Buffers;
using System.Numerics;

namespace Pth.Tensors;

/// <summary>Reads ranges of a tensor as numbers, whatever its type. Made once for a tensor, then asked for one range after another.</summary>
internal sealed class ElementReader
{
    // The elements that fit into a buffer that stays in the processor's cache.
    private const int BufferLength = 1 << 16;

    private readonly TensorView _tensor;
    private readonly Dequantizer? _dequantizer;

    /// <exception cref="InvalidOperationException">The tensor is sparse, nested or on the meta device.</exception>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.ChecksumMismatch"/>.</exception>
    public ElementReader(TensorView tensor)
    {
        ElementTypes.RequireLittleEndian();
        tensor.PrepareCopy();
        _tensor = tensor;
        ValuesPerElement = ElementDecoder.ValuesPerElement(tensor.DType);
        ValueCount = checked(tensor.ElementCount * ValuesPerElement);
        _dequantizer = tensor.Quantization is { } quantization ? new Dequantizer(tensor, quantization) : null;
    }

    public int ValuesPerElement { get; }

    public long ValueCount { get; }

    /// <summary>Reads values; those of an element stay together.</summary>
    /// <param name="firstElement">The first element in row-major order; a multiple of 4, for the types of which a byte holds four.</param>
    /// <param name="values">As many as are wanted: a multiple of <see cref="ValuesPerElement"/>.</param>
    public void Read<T>(long firstElement, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        DType dtype = _tensor.DType;
        int elementsAtATime = BufferLength / dtype.ItemSize;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            while (!values.IsEmpty)
            {
                int elements = Math.Min(elementsAtATime, values.Length / ValuesPerElement);
                Span<byte> bytes = buffer.AsSpan(0, (int)dtype.BytesOf(elements));
                Span<T> part = values[..(elements * ValuesPerElement)];
                _tensor.CopyElements(firstElement, bytes);
                if (_dequantizer is null)
                {
                    ElementDecoder.Decode(dtype, bytes, part);
                }
                else
                {
                    var integers = new double[elements];
                    ElementDecoder.Decode(dtype, bytes, integers.AsSpan());
                    _dequantizer.Apply(firstElement, integers, part);
                }
                values = values[part.Length..];
                firstElement += elements;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
