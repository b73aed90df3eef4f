using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Pth.Tensors;

/// <summary>Applies the conjugation and negation that a tensor's flags ask for to elements that were copied.</summary>
internal static class SignFlip
{
    /// <summary>Whether PyTorch negates numbers of this type.</summary>
    public static bool CanNegate(DType dtype) =>
        dtype
            is DType.UInt8
                or DType.Int8
                or DType.Int16
                or DType.Int32
                or DType.Int64
                or DType.Float16
                or DType.BFloat16
                or DType.Float32
                or DType.Float64
        || dtype.IsComplex;

    /// <param name="dtype">The elements.</param>
    /// <param name="conjugate">Whether to change the sign of imaginary parts; real numbers are left alone.</param>
    /// <param name="negate">Whether to change the sign of everything.</param>
    /// <param name="elements">Whole elements.</param>
    /// <exception cref="InvalidOperationException">The type has no negatives.</exception>
    public static void Apply(DType dtype, bool conjugate, bool negate, Span<byte> elements)
    {
        if (negate && !CanNegate(dtype))
        {
            throw new InvalidOperationException(
                $"found the negative flag on {dtype.TorchName}, expected a type with negatives"
            );
        }
        if (!dtype.IsComplex && !dtype.IsFloatingPoint)
        {
            if (negate)
            {
                NegateIntegers(dtype, elements);
            }
            return;
        }
        bool flipReal = negate;
        bool flipImaginary = negate ^ (conjugate && dtype.IsComplex);
        if (dtype.IsComplex ? flipReal || flipImaginary : negate)
        {
            FlipSigns(dtype, flipReal, flipImaginary, elements);
        }
    }

    private static void FlipSigns(DType dtype, bool real, bool imaginary, Span<byte> elements)
    {
        // The sign is the top bit of the last byte of each little-endian part. Parts are 2, 4 or 8 bytes.
        int part = dtype.SwapSize;
        int period = dtype.IsComplex ? 2 * part : part;
        Span<byte> mask = stackalloc byte[16];
        for (int i = part - 1; i < mask.Length; i += part)
        {
            bool isReal = i % period == part - 1;
            mask[i] = (byte)((isReal ? real : imaginary) ? 0x80 : 0);
        }
        UInt128 wide = MemoryMarshal.Read<UInt128>(mask);
        Span<UInt128> blocks = MemoryMarshal.Cast<byte, UInt128>(elements);
        TensorPrimitives.Xor(blocks, wide, blocks);
        for (int i = blocks.Length * 16; i < elements.Length; i++)
        {
            elements[i] ^= mask[i % 16];
        }
    }

    private static void NegateIntegers(DType dtype, Span<byte> elements)
    {
        switch (dtype.ItemSize)
        {
            case 1:
                Negate<sbyte>(elements);
                break;
            case 2:
                Negate<short>(elements);
                break;
            case 4:
                Negate<int>(elements);
                break;
            default:
                Negate<long>(elements);
                break;
        }

        static void Negate<T>(Span<byte> elements)
            where T : unmanaged, System.Numerics.IBinaryInteger<T>
        {
            Span<T> numbers = MemoryMarshal.Cast<byte, T>(elements);
            TensorPrimitives.Negate(numbers, numbers);
        }
    }
}
