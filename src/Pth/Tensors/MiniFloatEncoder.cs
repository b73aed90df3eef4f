using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pth.Tensors;

/// <summary>float32 to the 8-bit floating-point types, a vector at a time; to the nearest, of two equally near to the even one.</summary>
internal sealed class MiniFloatEncoder
{
    private const uint Sign = 0x8000_0000;
    private const uint Infinity = 0x7F80_0000;
    private const int Width = 32;
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

    /// <param name="numbers">The numbers.</param>
    /// <param name="codes">As many.</param>
    /// <param name="measure">Told what became of each.</param>
    public void Encode(ReadOnlySpan<float> numbers, Span<byte> codes, ref CastMeasure measure)
    {
        int i = 0;
        for (; i <= numbers.Length - Width; i += Width)
        {
            Encode(numbers.Slice(i, Width), ref measure).CopyTo(codes[i..]);
        }
        if (i < numbers.Length)
        {
            Span<float> rest = stackalloc float[Width];
            rest.Clear();
            numbers[i..].CopyTo(rest);
            Span<byte> made = stackalloc byte[Width];
            Encode(rest, ref measure).CopyTo(made);
            made[..(numbers.Length - i)].CopyTo(codes[i..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<byte> Encode(ReadOnlySpan<float> numbers, ref CastMeasure measure)
    {
        ref float from = ref MemoryMarshal.GetReference(numbers);
        return Vector256.Narrow(
            Vector256.Narrow(
                Encode(Vector256.LoadUnsafe(ref from, 0), ref measure),
                Encode(Vector256.LoadUnsafe(ref from, 8), ref measure)
            ),
            Vector256.Narrow(
                Encode(Vector256.LoadUnsafe(ref from, 16), ref measure),
                Encode(Vector256.LoadUnsafe(ref from, 24), ref measure)
            )
        );
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<uint> Encode(Vector256<float> number, ref CastMeasure measure)
    {
        Vector256<uint> sign = number.AsUInt32() & Vector256.Create(Sign);
        Vector256<uint> bits = number.AsUInt32() ^ sign;
        Vector256<float> size = bits.AsSingle();

        Vector256<uint> odd = (bits >>> _shift) & Vector256<uint>.One;
        Vector256<uint> normal = (bits + odd + Vector256.Create(_halfBelow)) >>> _shift;
        Vector256<float> shifted = size + Vector256.Create(_magic);
        Vector256<uint> subnormal = shifted.AsUInt32() - Vector256.Create(_magic).AsUInt32();
        Vector256<uint> isSubnormal = Vector256.LessThan(size, Vector256.Create(_smallestNormal)).AsUInt32();
        Vector256<float> rounded = Vector256.ConditionalSelect(
            isSubnormal.AsSingle(),
            shifted - Vector256.Create(_magic),
            (normal << _shift).AsSingle()
        );
        measure.Add(size, rounded);

        Vector256<uint> code = Vector256.ConditionalSelect(isSubnormal, subnormal, normal - Vector256.Create(_rebias));
        code = Vector256.ConditionalSelect(
            Vector256.GreaterThanOrEqual(bits, Vector256.Create(_overflow)),
            Vector256.Create(_overflowed),
            code
        );
        code = Vector256.ConditionalSelect(
            Vector256.Equals(bits, Vector256.Create(Infinity)),
            Vector256.Create(_infinity),
            code
        );
        code = Vector256.ConditionalSelect(
            Vector256.GreaterThan(bits, Vector256.Create(Infinity)),
            Vector256.Create(_nan),
            code
        );
        Vector256<uint> signed = code | (sign >>> 24);
        if (!_isUnsignedZero)
        {
            return signed;
        }
        return Vector256.ConditionalSelect(
            Vector256.Equals(code & Vector256.Create(0x7Fu), Vector256<uint>.Zero),
            code,
            signed
        );
    }
}
