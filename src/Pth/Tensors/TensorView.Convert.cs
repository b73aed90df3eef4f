using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Pth.Bytes;
using Pth.Tensors;

namespace Pth;

public sealed partial class TensorView
{
    /// <summary>Reads a range of the elements as numbers, whatever their type. For display and statistics.</summary>
    /// <remarks>
    /// A complex number gives its real and its imaginary part, one after the other; an element of float4_e2m1fn_x2 its two
    /// numbers, that of the low bits first; a bool 0 or 1; bits the integer that they make; a quantized integer the real that
    /// it stands for, in float32 arithmetic as <c>dequantize</c>. Conjugation and negation are applied, and the checksum of
    /// the whole storage is checked before, once.
    /// </remarks>
    /// <typeparam name="T"><c>float</c> or <c>double</c>.</typeparam>
    /// <param name="firstElement">
    /// The first element, counted in row-major order; with quint4x2 an even one, with quint2x4 a multiple of four.
    /// </param>
    /// <param name="destination">Filled: a whole number of elements.</param>
    /// <exception cref="ArgumentException">The range does not lie in the tensor or cuts an element.</exception>
    /// <exception cref="InvalidOperationException">The tensor is sparse, nested or on the meta device.</exception>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.ChecksumMismatch"/>.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint that the storage came from is closed.</exception>
    public void ReadAs<T>(long firstElement, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireSingleOrDouble<T>();
        ArgumentOutOfRangeException.ThrowIfNegative(firstElement);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstElement, ElementCount);
        var reader = new ElementReader(this);
        long left = (ElementCount - firstElement) * reader.ValuesPerElement;
        if (
            destination.Length > left
            || destination.Length % reader.ValuesPerElement != 0
            || firstElement % DType.ValuesPerByte != 0
        )
        {
            throw new ArgumentException(
                $"found room for {destination.Length} values from element {firstElement}, expected at most {left} and whole elements",
                nameof(destination)
            );
        }
        reader.Read(firstElement, destination);
    }

    /// <summary>Reads all elements as numbers, as <see cref="ReadAs{T}(long, Span{T})"/>.</summary>
    /// <typeparam name="T"><c>float</c> or <c>double</c>.</typeparam>
    /// <exception cref="InvalidOperationException">
    /// The tensor is sparse, nested or on the meta device, or it has more numbers than an array can.
    /// </exception>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.ChecksumMismatch"/>.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint that the storage came from is closed.</exception>
    public T[] ReadAs<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireSingleOrDouble<T>();
        var reader = new ElementReader(this);
        if (reader.ValueCount > Array.MaxLength)
        {
            throw new InvalidOperationException(
                $"found {reader.ValueCount} numbers, expected at most {Array.MaxLength} in an array: read a part"
            );
        }
        var values = new T[reader.ValueCount];
        reader.Read(0, values.AsSpan());
        return values;
    }

    /// <summary>A contiguous copy with another element type, rounded as <c>tensor.to(dtype)</c> does.</summary>
    /// <remarks>Quantized integers become their reals; float4_e2m1fn_x2 gives twice as many elements in the last dimension.</remarks>
    /// <param name="dtype">float16, bfloat16, float32 or float64.</param>
    /// <exception cref="ArgumentException">Another type is wanted.</exception>
    /// <exception cref="InvalidOperationException">The tensor is complex, sparse, nested or on the meta device.</exception>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.ChecksumMismatch"/>.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint that the storage came from is closed.</exception>
    public TensorView ConvertTo(DType dtype)
    {
        if (dtype is not (DType.Float16 or DType.BFloat16 or DType.Float32 or DType.Float64))
        {
            throw new ArgumentException(
                $"found {dtype.TorchName}, expected float16, bfloat16, float32 or float64",
                nameof(dtype)
            );
        }
        if (DType.IsComplex)
        {
            throw new InvalidOperationException($"found {DType.TorchName}, expected real numbers");
        }
        var reader = new ElementReader(this);
        long[] shape = [.. Shape];
        if (reader.ValuesPerElement == 2)
        {
            shape = shape.Length == 0 ? [2] : [.. shape[..^1], shape[^1] * 2];
        }
        var bytes = new OwnMemory(CheckedBytes(dtype, shape), isCleared: false);
        const int elementsAtATime = 1 << 14;
        for (long first = 0; first < ElementCount; first += elementsAtATime)
        {
            int count = (int)Math.Min(elementsAtATime, ElementCount - first) * reader.ValuesPerElement;
            Span<byte> part = bytes.GetWritableSpan(
                first * reader.ValuesPerElement * dtype.ItemSize,
                count * dtype.ItemSize
            );
            Encode(reader, first, dtype, count, part);
        }
        return OfWhole(bytes, dtype, shape);
    }

    private static void Encode(ElementReader reader, long first, DType dtype, int count, Span<byte> part)
    {
        if (dtype == DType.Float64)
        {
            reader.Read(first, MemoryMarshal.Cast<byte, double>(part));
            return;
        }
        if (dtype == DType.Float32)
        {
            reader.Read(first, MemoryMarshal.Cast<byte, float>(part));
            return;
        }
        // PyTorch rounds to float32 first, then again.
        var singles = new float[count];
        reader.Read(first, singles.AsSpan());
        if (dtype == DType.Float16)
        {
            TensorPrimitives.ConvertToHalf(singles, MemoryMarshal.Cast<byte, Half>(part));
            return;
        }
        Span<BFloat16> halves = MemoryMarshal.Cast<byte, BFloat16>(part);
        for (int i = 0; i < singles.Length; i++)
        {
            halves[i] = (BFloat16)singles[i];
        }
    }

    private static void RequireSingleOrDouble<T>()
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new InvalidOperationException($"found {typeof(T).Name}, expected Single or Double");
        }
    }
}
