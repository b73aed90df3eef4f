namespace Pth.Bytes;

/// <summary>The CRC-32 of two runs of bytes from the CRC-32 of each, so that several threads can share one record.</summary>
/// <remarks>
/// A CRC is a remainder of polynomials over GF(2): to append n bytes is to multiply by x^8n and to add. Numbers are reflected, as
/// everywhere with this CRC: the top bit is x^0.
/// </remarks>
internal static class Crc32Combiner
{
    private const uint Polynomial = 0xEDB88320;
    private const uint One = 0x80000000;
    private const uint X = One >> 1;

    /// <summary>x^8n: what stands for appending so many bytes.</summary>
    public static uint Factor(long length) => PowerOfX(length * 8);

    /// <summary>The remainder of x^n.</summary>
    public static uint PowerOfX(long n)
    {
        uint factor = One;
        uint square = X;
        for (long rest = n; rest > 0; rest >>= 1)
        {
            if ((rest & 1) != 0)
            {
                factor = Multiply(factor, square);
            }
            square = Multiply(square, square);
        }
        return factor;
    }

    /// <param name="first">The CRC-32 of the first run.</param>
    /// <param name="second">The CRC-32 of the second run.</param>
    /// <param name="secondFactor">The <see cref="Factor"/> of the second run's length.</param>
    public static uint Combine(uint first, uint second, uint secondFactor) => Multiply(first, secondFactor) ^ second;

    private static uint Multiply(uint a, uint b)
    {
        uint product = 0;
        for (uint bit = One; bit != 0; bit >>= 1)
        {
            if ((a & bit) != 0)
            {
                product ^= b;
            }
            b = (b & 1) != 0 ? (b >> 1) ^ Polynomial : b >> 1;
        }
        return product;
    }
}
