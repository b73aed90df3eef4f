using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pth.Tensors;

/// <summary>float32 to the 8-bit floating-point types, a vector at a time; to the nearest, of two equally near to the even one.</summary>
internal sealed class MiniFloatEncoder
{
    private const uint Sign = 0x8000_0000;
    private const uint Infinity = 0x7F80_0000;
    private const int Width = 32;
    private const int MaxLength = 1024;
    private const int FloatFraction = 23;
    private const int FloatBias = 127;

    private readonly int _shift;
    private readonly uint _halfBelow;
    private readonly uint _rebias;
    private readonly float _smallestNormal;
    private readonly float _magic;
    private readonly uint _overflow;
    private readonly uint _overflowed;
    private readonly uint _infinity;
    private readonly uint _nan;
    private readonly bool _isUnsignedZero;

    public MiniFloatEncoder(FloatTarget target, bool saturate)
    {
        _shift = FloatFraction - target.FractionBits;
        _halfBelow = (1u << (_shift - 1)) - 1;
        _rebias = (uint)(FloatBias - target.Bias) << target.FractionBits;
        _smallestNormal = MathF.ScaleB(1, 1 - target.Bias);
        // A float whose last bit is worth the smallest number: to add it is to round to a multiple of that.
        _magic = MathF.ScaleB(1, 1 - target.Bias - target.FractionBits + FloatFraction);
        _overflow = BitConverter.SingleToUInt32Bits(target.Overflow);
        bool hasInfinity = target.Infinity != target.NaN;
        _overflowed = saturate ? target.Largest : target.Overflowed;
        _infinity = saturate && !hasInfinity ? target.Largest : target.Infinity;
        _nan = target.NaN;
        _isUnsignedZero = target.IsUnsignedZero;
    }

    /// <param name="numbers">The numbers, 1024 at most.</param>
    /// <param name="codes">As many.</param>
    /// <param name="measure">Told what became of each.</param>
    public void Encode(ReadOnlySpan<float> numbers, Span<byte> codes, ref CastMeasure measure)
    {
        int whole = numbers.Length / Width * Width;
        Span<uint> wide = stackalloc uint[MaxLength];
        EncodeWide(numbers[..whole], wide, ref measure);
        Narrow(wide[..whole], codes);
        if (whole < numbers.Length)
        {
            Span<float> rest = stackalloc float[Width];
            rest.Clear();
            numbers[whole..].CopyTo(rest);
            Span<byte> made = stackalloc byte[Width];
            EncodeWide(rest, wide, ref measure);
            Narrow(wide[..Width], made);
            made[..(numbers.Length - whole)].CopyTo(codes[whole..]);
        }
    }

    private static void Narrow(ReadOnlySpan<uint> wide, Span<byte> codes)
    {
        ref uint from = ref MemoryMarshal.GetReference(wide);
        ref byte to = ref MemoryMarshal.GetReference(codes);
        for (int i = 0; i < wide.Length; i += Width)
        {
            Vector256<ushort> lower = Vector256.Narrow(
                Vector256.LoadUnsafe(ref from, (nuint)i),
                Vector256.LoadUnsafe(ref from, (nuint)(i + 8))
            );
            Vector256<ushort> upper = Vector256.Narrow(
                Vector256.LoadUnsafe(ref from, (nuint)(i + 16)),
                Vector256.LoadUnsafe(ref from, (nuint)(i + 24))
            );
            Vector256.Narrow(lower, upper).StoreUnsafe(ref to, (nuint)i);
        }
    }

    /// <summary>Gives each code 32 bits.</summary>
    private void EncodeWide(ReadOnlySpan<float> numbers, Span<uint> codes, ref CastMeasure measure)
    {
        int shift = _shift;
        Vector256<uint> signBit = Vector256.Create(Sign);
        Vector256<uint> halfBelow = Vector256.Create(_halfBelow);
        Vector256<uint> rebias = Vector256.Create(_rebias);
        Vector256<float> magic = Vector256.Create(_magic);
        Vector256<float> smallestNormal = Vector256.Create(_smallestNormal);
        Vector256<uint> overflow = Vector256.Create(_overflow);
        // Codes without a sign: 0, and 0x80, which is NaN.
        Vector256<uint> signless = Vector256.Create(0x7Fu);
        Vector256<uint> always = Vector256.Create(_isUnsignedZero ? 0u : uint.MaxValue);
        CastMeasure measured = measure;
        ref float from = ref MemoryMarshal.GetReference(numbers);
        ref uint to = ref MemoryMarshal.GetReference(codes);
        for (int i = 0; i < numbers.Length; i += Vector256<uint>.Count)
        {
            Vector256<uint> number = Vector256.LoadUnsafe(ref from, (nuint)i).AsUInt32();
            Vector256<uint> sign = number & signBit;
            Vector256<uint> bits = number ^ sign;
            Vector256<float> size = bits.AsSingle();

            Vector256<uint> odd = (bits >>> shift) & Vector256<uint>.One;
            Vector256<uint> normal = (bits + odd + halfBelow) >>> shift;
            Vector256<float> shifted = size + magic;
            Vector256<uint> isSubnormal = Vector256.LessThan(size, smallestNormal).AsUInt32();
            measured.Add(
                size,
                Vector256.ConditionalSelect(isSubnormal.AsSingle(), shifted - magic, (normal << shift).AsSingle())
            );
            Vector256<uint> code = Vector256.ConditionalSelect(
                isSubnormal,
                shifted.AsUInt32() - magic.AsUInt32(),
                normal - rebias
            );
            Vector256<uint> isTooLarge = Vector256.GreaterThanOrEqual(bits.AsInt32(), overflow.AsInt32()).AsUInt32();
            if (isTooLarge != Vector256<uint>.Zero)
            {
                code = Vector256.ConditionalSelect(isTooLarge, Special(bits), code);
            }
            Vector256<uint> isSigned =
                always | Vector256.GreaterThan((code & signless).AsInt32(), Vector256<int>.Zero).AsUInt32();
            (code | ((sign >>> 24) & isSigned)).StoreUnsafe(ref to, (nuint)i);
        }
        measure = measured;
    }

    /// <summary>The codes of what rounds to no finite number.</summary>
    private Vector256<uint> Special(Vector256<uint> bits) =>
        Vector256.ConditionalSelect(
            Vector256.GreaterThan(bits, Vector256.Create(Infinity)),
            Vector256.Create(_nan),
            Vector256.ConditionalSelect(
                Vector256.Equals(bits, Vector256.Create(Infinity)),
                Vector256.Create(_infinity),
                Vector256.Create(_overflowed)
            )
        );
}
