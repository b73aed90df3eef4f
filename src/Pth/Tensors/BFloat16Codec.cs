using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pth.Tensors;

/// <summary>float32 to bfloat16 and back, a vector at a time.</summary>
internal static class BFloat16Codec
{
    // NaN becomes this one whatever its bits, as PyTorch's scalar code has it.
    private const uint QuietNaN = 0x7FC0_0000;
    private const uint Sign = 0x8000_0000;
    private const uint Infinity = 0x7F80_0000;

    // What rounds to infinity, and what it becomes when that is not wanted.
    private const uint Overflow = 0x7F7F_8000;
    private const uint Largest = 0x7F7F_0000;

    /// <summary>Rounds to the nearest, of two equally near to the even one.</summary>
    /// <param name="numbers">The numbers.</param>
    /// <param name="codes">As many.</param>
    /// <param name="saturate">Whether what is too large becomes the largest number and not infinity.</param>
    /// <param name="measure">Told what became of each.</param>
    public static void Encode(ReadOnlySpan<float> numbers, Span<ushort> codes, bool saturate, ref CastMeasure measure)
    {
        int width = Vector256<uint>.Count;
        CastMeasure measured = measure;
        ref float from = ref MemoryMarshal.GetReference(numbers);
        ref ushort to = ref MemoryMarshal.GetReference(codes);
        int i = 0;
        for (; i <= numbers.Length - (2 * width); i += 2 * width)
        {
            Vector256<float> first = Vector256.LoadUnsafe(ref from, (nuint)i);
            Vector256<float> second = Vector256.LoadUnsafe(ref from, (nuint)(i + width));
            Vector256<uint> firstRounded = Round(first, saturate);
            Vector256<uint> secondRounded = Round(second, saturate);
            measured.Add(first, firstRounded.AsSingle());
            measured.Add(second, secondRounded.AsSingle());
            Vector256.Narrow(firstRounded >>> 16, secondRounded >>> 16).StoreUnsafe(ref to, (nuint)i);
        }
        if (i < numbers.Length)
        {
            Span<float> rest = stackalloc float[2 * width];
            rest.Clear();
            numbers[i..].CopyTo(rest);
            Vector256<float> first = Vector256.Create<float>(rest);
            Vector256<float> second = Vector256.Create<float>(rest[width..]);
            Vector256<uint> firstRounded = Round(first, saturate);
            Vector256<uint> secondRounded = Round(second, saturate);
            measured.Add(first, firstRounded.AsSingle());
            measured.Add(second, secondRounded.AsSingle());
            Span<ushort> made = stackalloc ushort[2 * width];
            Vector256.Narrow(firstRounded >>> 16, secondRounded >>> 16).CopyTo(made);
            made[..(numbers.Length - i)].CopyTo(codes[i..]);
        }
        measure = measured;
    }

    /// <summary>Widens; nothing is lost.</summary>
    public static void Decode(ReadOnlySpan<ushort> codes, Span<float> numbers)
    {
        int width = Vector256<ushort>.Count;
        int i = 0;
        for (; i <= codes.Length - width; i += width)
        {
            (Vector256<uint> lower, Vector256<uint> upper) = Vector256.Widen(Vector256.Create(codes[i..]));
            (lower << 16).AsSingle().CopyTo(numbers[i..]);
            (upper << 16).AsSingle().CopyTo(numbers[(i + (width / 2))..]);
        }
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(numbers);
        for (; i < codes.Length; i++)
        {
            bits[i] = (uint)codes[i] << 16;
        }
    }

    /// <returns>The rounded numbers as floats.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Round(Vector256<float> number, bool saturate)
    {
        Vector256<uint> bits = number.AsUInt32();
        Vector256<uint> odd = (bits >>> 16) & Vector256<uint>.One;
        Vector256<uint> rounded = (bits + odd + Vector256.Create(0x7FFFu)) & Vector256.Create(0xFFFF_0000u);
        if (saturate)
        {
            Vector256<uint> size = bits & Vector256.Create(~Sign);
            rounded = Vector256.ConditionalSelect(
                Vector256.GreaterThanOrEqual(size, Vector256.Create(Overflow))
                    & Vector256.LessThan(size, Vector256.Create(Infinity)),
                (bits & Vector256.Create(Sign)) | Vector256.Create(Largest),
                rounded
            );
        }
        return Vector256.ConditionalSelect(
            Vector256.Equals(number, number).AsUInt32(),
            rounded,
            Vector256.Create(QuietNaN)
        );
    }
}
