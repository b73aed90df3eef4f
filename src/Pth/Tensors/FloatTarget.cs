namespace Pth.Tensors;

/// <summary>Where a floating-point type ends, and how its special codes are written.</summary>
/// <remarks>
/// Sources: <c>torch/headeronly/util/Float8_*.h</c> of PyTorch 2.14.1. Its float8_e4m3fn saturates, infinity too; PyTorch 2.6 still gave NaN.
/// </remarks>
internal sealed record FloatTarget
{
    private FloatTarget(int fractionBits, int bias, float overflow, byte largest)
    {
        FractionBits = fractionBits;
        Bias = bias;
        Overflow = overflow;
        Underflow = MathF.ScaleB(1, -bias - fractionBits);
        Largest = largest;
    }

    public static FloatTarget Double { get; } = new(52, 1023, float.PositiveInfinity, 0);

    // Only what a double that is rounded to float becomes can be too large or too small.
    public static FloatTarget Single { get; } = new(23, 127, float.PositiveInfinity, 0) { Underflow = 0 };

    public static FloatTarget BFloat16 { get; } = new(7, 127, BitConverter.UInt32BitsToSingle(0x7F7F8000), 0);

    public static FloatTarget Half { get; } = new(10, 15, 65520, 0);

    public static FloatTarget E4M3Fn { get; } =
        new(3, 7, float.BitIncrement(464), 0x7E)
        {
            Overflowed = 0x7E,
            Infinity = 0x7E,
            NaN = 0x7F,
        };

    public static FloatTarget E5M2 { get; } =
        new(2, 15, 61440, 0x7B)
        {
            Overflowed = 0x7C,
            Infinity = 0x7C,
            NaN = 0x7F,
        };

    public static FloatTarget E4M3Fnuz { get; } =
        new(3, 8, 248, 0x7F)
        {
            Overflowed = 0x80,
            Infinity = 0x80,
            NaN = 0x80,
            IsUnsignedZero = true,
        };

    public static FloatTarget E5M2Fnuz { get; } =
        new(2, 16, 61440, 0x7F)
        {
            Overflowed = 0x80,
            Infinity = 0x80,
            NaN = 0x80,
            IsUnsignedZero = true,
        };

    /// <summary>The bits behind the leading one.</summary>
    public int FractionBits { get; }

    /// <summary>What is added to the exponent.</summary>
    public int Bias { get; }

    /// <summary>The smallest number that rounds to no finite one.</summary>
    public float Overflow { get; }

    /// <summary>The largest number that rounds to zero: half of the smallest one that is not zero.</summary>
    public float Underflow { get; private init; }

    /// <summary>The code of the largest finite number, of an 8-bit type.</summary>
    public byte Largest { get; }

    /// <summary>The code that too large a number gets, of an 8-bit type.</summary>
    public byte Overflowed { get; private init; }

    /// <summary>The code that infinity gets, of an 8-bit type.</summary>
    public byte Infinity { get; private init; }

    /// <summary>The code of NaN, of an 8-bit type.</summary>
    public byte NaN { get; private init; }

    /// <summary>Whether there is no negative zero, and its code is NaN.</summary>
    public bool IsUnsignedZero { get; private init; }

    /// <summary>Null where elements cannot be converted to it.</summary>
    public static FloatTarget? Find(DType dtype) =>
        dtype switch
        {
            DType.Float64 => Double,
            DType.Float32 => Single,
            DType.Float16 => Half,
            DType.BFloat16 => BFloat16,
            DType.Float8E4M3Fn => E4M3Fn,
            DType.Float8E5M2 => E5M2,
            DType.Float8E4M3Fnuz => E4M3Fnuz,
            DType.Float8E5M2Fnuz => E5M2Fnuz,
            _ => null,
        };
}
