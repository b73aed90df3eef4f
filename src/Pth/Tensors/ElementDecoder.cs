using System.Collections.Immutable;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Pth.Tensors;

/// <summary>Makes numbers of elements that were copied out: of every type but the quantized ones, which need their scales.</summary>
internal static class ElementDecoder
{
    /// <summary>How many numbers an element gives: two where it is complex or two in a byte.</summary>
    public static int ValuesPerElement(DType dtype) => dtype.IsComplex || dtype == DType.Float4E2M1FnX2 ? 2 : 1;

    /// <summary>Converts; a complex number gives its real, then its imaginary part.</summary>
    /// <typeparam name="T"><c>float</c> or <c>double</c>.</typeparam>
    /// <param name="dtype">The type of the elements.</param>
    /// <param name="elements">Whole elements, little-endian.</param>
    /// <param name="values">Room for exactly the values.</param>
    public static void Decode<T>(DType dtype, ReadOnlySpan<byte> elements, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (dtype)
        {
            case DType.Int8 or DType.QInt8:
                Convert<sbyte, T>(elements, values);
                break;
            case DType.Int16:
                Convert<short, T>(elements, values);
                break;
            case DType.Int32 or DType.QInt32:
                Convert<int, T>(elements, values);
                break;
            case DType.Int64:
                Convert<long, T>(elements, values);
                break;
            case DType.UInt16 or DType.Bits16:
                Convert<ushort, T>(elements, values);
                break;
            case DType.UInt32:
                Convert<uint, T>(elements, values);
                break;
            case DType.UInt64:
                Convert<ulong, T>(elements, values);
                break;
            case DType.Float16 or DType.Complex32:
                DecodeHalves(elements, values);
                break;
            case DType.BFloat16 or DType.BComplex32:
                DecodeBFloats(elements, values);
                break;
            case DType.Float32 or DType.Complex64:
                Convert<float, T>(elements, values);
                break;
            case DType.Float64 or DType.Complex128:
                Convert<double, T>(elements, values);
                break;
            case DType.Bool:
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = elements[i] == 0 ? T.Zero : T.One;
                }
                break;
            case DType.Float8E5M2:
                LookUp(MiniFloat.E5M2, elements, values);
                break;
            case DType.Float8E4M3Fn:
                LookUp(MiniFloat.E4M3Fn, elements, values);
                break;
            case DType.Float8E5M2Fnuz:
                LookUp(MiniFloat.E5M2Fnuz, elements, values);
                break;
            case DType.Float8E4M3Fnuz:
                LookUp(MiniFloat.E4M3Fnuz, elements, values);
                break;
            case DType.Float8E8M0Fnu:
                LookUp(MiniFloat.E8M0Fnu, elements, values);
                break;
            case DType.Float4E2M1FnX2:
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = T.CreateTruncating(MiniFloat.E2M1[(elements[i / 2] >> (i % 2 * 4)) & 15]);
                }
                break;
            case DType.QUInt4x2:
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = T.CreateTruncating((elements[i / 2] >> (i % 2 * 4)) & 15);
                }
                break;
            case DType.QUInt2x4:
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = T.CreateTruncating((elements[i / 4] >> (i % 4 * 2)) & 3);
                }
                break;
            default:
                // uint8 and quint8; bits are given as the integer that they make.
                Convert<byte, T>(elements, values);
                break;
        }
    }

    private static void Convert<TFrom, T>(ReadOnlySpan<byte> elements, Span<T> values)
        where TFrom : unmanaged, INumberBase<TFrom>
        where T : unmanaged, INumberBase<T> =>
        TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, TFrom>(elements), values);

    private static void DecodeHalves<T>(ReadOnlySpan<byte> elements, Span<T> values)
        where T : unmanaged, INumberBase<T>
    {
        // To float is the conversion that the processor has.
        ReadOnlySpan<Half> halves = MemoryMarshal.Cast<byte, Half>(elements);
        Span<float> singles = stackalloc float[512];
        while (!halves.IsEmpty)
        {
            int count = Math.Min(singles.Length, halves.Length);
            TensorPrimitives.ConvertToSingle(halves[..count], singles);
            TensorPrimitives.ConvertTruncating<float, T>(singles[..count], values);
            halves = halves[count..];
            values = values[count..];
        }
    }

    private static void DecodeBFloats<T>(ReadOnlySpan<byte> elements, Span<T> values)
        where T : unmanaged, INumberBase<T>
    {
        ReadOnlySpan<ushort> halves = MemoryMarshal.Cast<byte, ushort>(elements)[..values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = T.CreateTruncating(BitConverter.UInt32BitsToSingle((uint)halves[i] << 16));
        }
    }

    private static void LookUp<T>(ImmutableArray<double> table, ReadOnlySpan<byte> elements, Span<T> values)
        where T : unmanaged, INumberBase<T>
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = T.CreateTruncating(table[elements[i]]);
        }
    }
}
