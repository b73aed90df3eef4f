using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pth.Tensors;

/// <summary>
/// Compares numbers with what was made of them, a vector at a time. What is out of the ordinary is only noticed, as it is rare; a block in
/// which something was is then counted one by one.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct CastMeasure(FloatTarget target)
{
    private readonly Vector256<float> _overflow = Vector256.Create(target.Overflow);
    private readonly Vector256<float> _underflow = Vector256.Create(target.Underflow);
    private Vector256<float> _worst;
    private Vector256<float> _ordinary = Vector256<float>.AllBitsSet;

    /// <summary>Takes numbers as they were and as they have become.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Vector256<float> original, Vector256<float> converted)
    {
        Vector256<float> size = Vector256.Abs(original);
        Vector256<float> inRange = Vector256.GreaterThan(size, _underflow) & Vector256.LessThan(size, _overflow);
        _ordinary &= inRange | Vector256.Equals(size, Vector256<float>.Zero);
        Vector256<float> error = Vector256.Abs(original - converted) / size;
        _worst = Vector256.ConditionalSelect(inRange & Vector256.GreaterThan(error, _worst), error, _worst);
    }

    /// <summary>Takes numbers as they were and as they have become.</summary>
    public void Add(ReadOnlySpan<float> original, ReadOnlySpan<float> converted)
    {
        int i = 0;
        for (; i <= original.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Add(Vector256.Create(original[i..]), Vector256.Create(converted[i..]));
        }
        if (i < original.Length)
        {
            // Zeros tell nothing.
            Span<float> rest = stackalloc float[2 * Vector256<float>.Count];
            rest.Clear();
            original[i..].CopyTo(rest);
            converted[i..].CopyTo(rest[Vector256<float>.Count..]);
            Add(Vector256.Create<float>(rest), Vector256.Create<float>(rest[Vector256<float>.Count..]));
        }
    }

    /// <summary>Whether all numbers were finite and none became infinity or zero.</summary>
    public readonly bool IsOrdinary => Vector256.EqualsAll(_ordinary.AsUInt32(), Vector256<uint>.AllBitsSet);

    /// <summary>Adds what was found.</summary>
    /// <param name="tally">Where it is added.</param>
    /// <param name="block">All numbers that were taken.</param>
    public readonly void AddTo(ref CastTally tally, ReadOnlySpan<float> block)
    {
        tally.Elements += block.Length;
        for (int i = 0; i < Vector256<float>.Count; i++)
        {
            tally.LargestRelativeError = Math.Max(tally.LargestRelativeError, _worst[i]);
        }
        if (IsOrdinary)
        {
            return;
        }
        float overflow = _overflow[0];
        float underflow = _underflow[0];
        foreach (float number in block)
        {
            float size = MathF.Abs(number);
            tally.Overflows += size >= overflow && size < float.PositiveInfinity ? 1 : 0;
            tally.Underflows += size > 0 && size <= underflow ? 1 : 0;
        }
    }

    /// <summary>Compares doubles with what was made of them by way of floats.</summary>
    public static void AddTo(
        ref CastTally tally,
        FloatTarget target,
        ReadOnlySpan<double> original,
        ReadOnlySpan<float> rounded,
        ReadOnlySpan<float> converted
    )
    {
        tally.Elements += original.Length;
        double worst = tally.LargestRelativeError;
        for (int i = 0; i < original.Length; i++)
        {
            double size = Math.Abs(original[i]);
            float half = MathF.Abs(rounded[i]);
            if (size > 0 && half <= target.Underflow)
            {
                tally.Underflows++;
            }
            else if (size < double.PositiveInfinity && half >= target.Overflow)
            {
                tally.Overflows++;
            }
            else if (
                Math.Abs(original[i] - converted[i]) / size is var error
                && error > worst
                && size < double.PositiveInfinity
            )
            {
                worst = error;
            }
        }
        tally.LargestRelativeError = worst;
    }
}
