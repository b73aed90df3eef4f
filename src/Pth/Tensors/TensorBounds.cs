using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Pth;

/// <summary>The arithmetic that proves, once, that a strided view lies inside its storage.</summary>
internal static class TensorBounds
{
    /// <summary>What is wrong with a view, or null when every element lies inside the storage.</summary>
    public static (string Found, string Expected)? FindFault(
        long storageBytes,
        DType dtype,
        ReadOnlySpan<long> shape,
        ReadOnlySpan<long> strides,
        long offset
    )
    {
        if (shape.Length != strides.Length)
        {
            return ($"{strides.Length} strides", $"one for each of {shape.Length} dimensions");
        }
        if (offset < 0)
        {
            return ($"storage offset {offset}", "0 or more");
        }
        if (IsPlain(storageBytes, dtype, shape, strides, (ulong)offset))
        {
            return null;
        }
        // Int128: no product of two longs, nor the sum of 2^31 of them, can overflow it.
        Int128 last = offset;
        Int128 count = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i] < 0 || strides[i] < 0)
            {
                return ($"size {shape[i]} with stride {strides[i]} in dimension {i}", "neither to be negative");
            }
            last += (Int128)(shape[i] - 1) * strides[i];
            // In PyTorch's order: after a 0 any size is good, before it the product must fit.
            count *= shape[i];
            if (count * dtype.ItemSize > long.MaxValue)
            {
                return ($"{count} or more elements of {dtype.ItemSize} bytes", "a size in bytes that fits in 64 bits");
            }
        }

        if (count > 0 && EndInBytes(dtype, last) is var end && end > storageBytes)
        {
            return ($"a view that ends at byte {end}", $"at most the storage's {storageBytes} bytes");
        }
        return null;
    }

    // Whether the elements lie in the storage and no step of the proof leaves 64 bits: true for honest files, much faster than the rest.
    private static bool IsPlain(
        long storageBytes,
        DType dtype,
        ReadOnlySpan<long> shape,
        ReadOnlySpan<long> strides,
        ulong last
    )
    {
        const ulong MostElements = long.MaxValue / 32;
        ulong count = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i] <= 0 || strides[i] < 0)
            {
                return false;
            }
            bool isLong = Math.BigMul((ulong)shape[i] - 1, (ulong)strides[i], out ulong reach) != 0;
            isLong |= Math.BigMul(count, (ulong)shape[i], out count) != 0;
            if (isLong || reach > MostElements || count > MostElements || last > MostElements)
            {
                return false;
            }
            last += reach;
        }
        return last <= MostElements && EndInBytes(dtype, (long)last) <= storageBytes;
    }

    private static long EndInBytes(DType dtype, long lastElement) =>
        dtype.ValuesPerByte is > 1 and var perByte ? (lastElement / perByte) + 1 : (lastElement + 1) * dtype.ItemSize;

    private static Int128 EndInBytes(DType dtype, Int128 lastElement) =>
        dtype.ValuesPerByte is > 1 and var perByte ? (lastElement / perByte) + 1 : (lastElement + 1) * dtype.ItemSize;

    /// <summary>The product of the sizes.</summary>
    /// <exception cref="OverflowException">It does not fit in 64 bits.</exception>
    public static long CountElements(ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long size in shape)
        {
            count = checked(count * size);
        }
        return count;
    }

    /// <summary>PyTorch's rule: dimensions of size 1 may have any stride, and an empty tensor is contiguous.</summary>
    public static bool IsContiguous(ReadOnlySpan<long> shape, ReadOnlySpan<long> strides)
    {
        long expected = 1;
        bool contiguous = true;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            if (shape[i] == 0)
            {
                return true;
            }
            if (shape[i] != 1)
            {
                contiguous &= strides[i] == expected;
                expected = unchecked(expected * shape[i]);
            }
        }
        return contiguous;
    }

    /// <summary>
    /// Row-major strides as PyTorch gives a new tensor: a dimension of size 0 counts as 1. Those of an empty tensor may
    /// not fit in 64 bits; they mean nothing and are cut to the largest number.
    /// </summary>
    public static ImmutableArray<long> ContiguousStrides(ReadOnlySpan<long> shape)
    {
        var strides = new long[shape.Length];
        long step = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = step;
            bool isLong = Math.BigMul((ulong)step, (ulong)Math.Max(shape[i], 1), out ulong next) != 0;
            step = isLong || next > long.MaxValue ? long.MaxValue : (long)next;
        }
        return ImmutableCollectionsMarshal.AsImmutableArray(strides);
    }
}
