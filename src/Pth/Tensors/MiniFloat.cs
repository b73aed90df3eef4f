using System.Collections.Immutable;

namespace Pth.Tensors;

/// <summary>The numbers that the codes of PyTorch's 8-bit and 4-bit floating-point types stand for.</summary>
/// <remarks>Source: <c>torch/headeronly/util/Float8_*.h</c> and <c>Float4_e2m1fn_x2.h</c>; checked code by code against PyTorch.</remarks>
internal static class MiniFloat
{
    /// <summary>IEEE 754 in small: all ones in the exponent are infinity and NaN.</summary>
    public static ImmutableArray<double> E5M2 { get; } = Table(code => Decode(code, 2, 15, Special(code)));

    /// <summary>Finite: no infinity, and NaN only where all bits are ones.</summary>
    public static ImmutableArray<double> E4M3Fn { get; } =
        Table(code => Decode(code, 3, 7, (code & 0x7F) == 0x7F ? double.NaN : null));

    /// <summary>Finite and without a negative zero, whose code is NaN. The bias is one more.</summary>
    public static ImmutableArray<double> E5M2Fnuz { get; } =
        Table(code => Decode(code, 2, 16, code == 0x80 ? double.NaN : null));

    /// <summary>Finite and without a negative zero, whose code is NaN. The bias is one more.</summary>
    public static ImmutableArray<double> E4M3Fnuz { get; } =
        Table(code => Decode(code, 3, 8, code == 0x80 ? double.NaN : null));

    /// <summary>A power of two alone, without sign or zero.</summary>
    public static ImmutableArray<double> E8M0Fnu { get; } =
        Table(code => code == 0xFF ? double.NaN : Math.ScaleB(1, code - 127));

    /// <summary>The 16 codes of e2m1: sign, two bits of exponent with bias 1, one of fraction.</summary>
    public static ImmutableArray<double> E2M1 { get; } =
    [0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6];

    private static ImmutableArray<double> Table(Func<int, double> decode) =>
        [.. Enumerable.Range(0, 256).Select(decode)];

    private static double? Special(int code) =>
        (code & 0x7F) switch
        {
            0x7C => code < 0x80 ? double.PositiveInfinity : double.NegativeInfinity,
            > 0x7C => double.NaN,
            _ => null,
        };

    private static double Decode(int code, int fractionBits, int bias, double? special)
    {
        if (special is { } value)
        {
            return value;
        }
        int exponent = (code & 0x7F) >> fractionBits;
        int fraction = code & ((1 << fractionBits) - 1);
        double magnitude =
            exponent == 0
                ? Math.ScaleB(fraction, 1 - bias - fractionBits)
                : Math.ScaleB(fraction | (1 << fractionBits), exponent - bias - fractionBits);
        return code < 0x80 ? magnitude : -magnitude;
    }
}
