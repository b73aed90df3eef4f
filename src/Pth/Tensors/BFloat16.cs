namespace Pth;

/// <summary>
/// An element of <see cref="DType.BFloat16"/>: the upper half of a <see cref="float"/>. Equality is that of the bits.
/// </summary>
/// <remarks>.NET 10 has no such type. It only holds and converts; compute in <see cref="float"/>.</remarks>
/// <param name="Bits">Sign, 8 bits of exponent, 7 of fraction.</param>
public readonly record struct BFloat16(ushort Bits)
{
    /// <summary>The same number; every one is a <see cref="float"/>.</summary>
    /// <param name="value">The number to widen.</param>
    public static implicit operator float(BFloat16 value) => value.ToSingle();

    /// <summary>The nearest number; of two equally near the even one, as PyTorch rounds.</summary>
    /// <param name="value">The number to round.</param>
    public static explicit operator BFloat16(float value) => FromSingle(value);

    /// <summary>The nearest number; of two equally near the even one, as PyTorch rounds.</summary>
    /// <param name="value">The number to round.</param>
    public static BFloat16 FromSingle(float value)
    {
        if (float.IsNaN(value))
        {
            return new BFloat16(0x7FC0);
        }
        uint bits = BitConverter.SingleToUInt32Bits(value);
        uint half = 0x7FFF + ((bits >> 16) & 1);
        return new BFloat16((ushort)((bits + half) >> 16));
    }

    /// <summary>The same number as a <see cref="float"/>.</summary>
    public float ToSingle() => BitConverter.UInt32BitsToSingle((uint)Bits << 16);

    /// <inheritdoc />
    public override string ToString() => ToSingle().ToString();
}
