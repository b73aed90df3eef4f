using System.Buffers;
using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Pth.Tensors;

/// <summary>Looks for NaN and infinity in elements that lie in memory: at their exponents first, at their values only where that is not enough.</summary>
internal static class NonFiniteScan
{
    /// <summary>What is looked at in one go. Where something is found, so much is decoded.</summary>
    private const int BlockLength = 1 << 12;

    // A magnitude of complex128 can be infinite though its parts are not: from a quarter of the greatest number on, look closer.
    private const long LargeFloat64 = 0x7FD0_0000_0000_0000;

    private static readonly SearchValues<byte> E5M2 = NonFiniteCodes(MiniFloat.E5M2);
    private static readonly SearchValues<byte> E4M3Fn = NonFiniteCodes(MiniFloat.E4M3Fn);
    private static readonly SearchValues<byte> E5M2Fnuz = NonFiniteCodes(MiniFloat.E5M2Fnuz);
    private static readonly SearchValues<byte> E4M3Fnuz = NonFiniteCodes(MiniFloat.E4M3Fnuz);
    private static readonly SearchValues<byte> E8M0Fnu = NonFiniteCodes(MiniFloat.E8M0Fnu);

    /// <summary>Whether a type has NaN or infinity at all. The quantized ones have where a scale is so.</summary>
    public static bool IsPossible(DType dtype) =>
        dtype.IsComplex || (dtype.IsFloatingPoint && dtype != DType.Float4E2M1FnX2);

    /// <summary>Counts.</summary>
    /// <param name="dtype">A type for which <see cref="IsPossible"/> holds.</param>
    /// <param name="elements">Whole elements, little-endian.</param>
    /// <param name="tally">Where what is found is added.</param>
    public static void Count(DType dtype, ReadOnlySpan<byte> elements, ref NonFiniteTally tally)
    {
        while (!elements.IsEmpty)
        {
            ReadOnlySpan<byte> block = elements[..Math.Min(BlockLength, elements.Length)];
            if (MayHold(dtype, block))
            {
                CountValues(dtype, block, ref tally);
            }
            elements = elements[block.Length..];
        }
    }

    private static bool MayHold(DType dtype, ReadOnlySpan<byte> block) =>
        dtype switch
        {
            DType.Float16 or DType.Complex32 => Reaches<short>(block, 0x7C00),
            DType.BFloat16 or DType.BComplex32 => Reaches<short>(block, 0x7F80),
            DType.Float32 or DType.Complex64 => Reaches<int>(block, 0x7F80_0000),
            DType.Float64 => Reaches<long>(block, 0x7FF0_0000_0000_0000),
            DType.Complex128 => Reaches<long>(block, LargeFloat64),
            DType.Float8E5M2 => block.ContainsAny(E5M2),
            DType.Float8E4M3Fn => block.ContainsAny(E4M3Fn),
            DType.Float8E5M2Fnuz => block.ContainsAny(E5M2Fnuz),
            DType.Float8E4M3Fnuz => block.ContainsAny(E4M3Fnuz),
            DType.Float8E8M0Fnu => block.ContainsAny(E8M0Fnu),
            _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "expected a floating-point type"),
        };

    // Without their sign, floating-point numbers are in the order of their bits as integers.
    private static bool Reaches<T>(ReadOnlySpan<byte> block, T limit)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        ReadOnlySpan<T> numbers = MemoryMarshal.Cast<byte, T>(block);
        var magnitude = new Vector<T>(T.MaxValue);
        Vector<T> greatest = Vector<T>.Zero;
        Vector<T> second = Vector<T>.Zero;
        int width = Vector<T>.Count;
        while (numbers.Length >= 2 * width)
        {
            greatest = Vector.Max(greatest, new Vector<T>(numbers) & magnitude);
            second = Vector.Max(second, new Vector<T>(numbers[width..]) & magnitude);
            numbers = numbers[(2 * width)..];
        }
        if (Vector.GreaterThanOrEqualAny(Vector.Max(greatest, second), new Vector<T>(limit)))
        {
            return true;
        }
        foreach (T number in numbers)
        {
            if ((number & T.MaxValue) >= limit)
            {
                return true;
            }
        }
        return false;
    }

    private static void CountValues(DType dtype, ReadOnlySpan<byte> block, ref NonFiniteTally tally)
    {
        int count = block.Length / dtype.ItemSize * ElementDecoder.ValuesPerElement(dtype);
        double[] values = ArrayPool<double>.Shared.Rent(count);
        try
        {
            ElementDecoder.Decode(dtype, block, values.AsSpan(0, count));
            tally.Add(dtype, values.AsSpan(0, count));
        }
        finally
        {
            ArrayPool<double>.Shared.Return(values);
        }
    }

    private static SearchValues<byte> NonFiniteCodes(ImmutableArray<double> table) =>
        SearchValues.Create([
            .. Enumerable
                .Range(0, table.Length)
                .Where(code => !double.IsFinite(table[code]))
                .Select(code => (byte)code),
        ]);
}
