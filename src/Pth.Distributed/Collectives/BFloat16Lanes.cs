using System.Numerics;
using System.Runtime.InteropServices;

namespace Pth.Distributed.Collectives;

/// <summary>bfloat16 to float32 and back, many at a time, rounded as <see cref="BFloat16.FromSingle"/> does.</summary>
internal static class BFloat16Lanes
{
    public static void Widen(ReadOnlySpan<ushort> source, Span<float> target)
    {
        int at = 0;
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(target);
        for (; at <= source.Length - Vector<ushort>.Count; at += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(source[at..]), out Vector<uint> low, out Vector<uint> high);
            (low << 16).CopyTo(bits[at..]);
            (high << 16).CopyTo(bits[(at + Vector<uint>.Count)..]);
        }
        for (; at < source.Length; at++)
        {
            bits[at] = (uint)source[at] << 16;
        }
    }

    public static void Narrow(ReadOnlySpan<float> source, Span<ushort> target)
    {
        int at = 0;
        for (; at <= source.Length - Vector<ushort>.Count; at += Vector<ushort>.Count)
        {
            Vector<uint> low = Round(new Vector<float>(source[at..]));
            Vector<uint> high = Round(new Vector<float>(source[(at + Vector<float>.Count)..]));
            Vector.Narrow(low, high).CopyTo(target[at..]);
        }
        for (; at < source.Length; at++)
        {
            target[at] = BFloat16.FromSingle(source[at]).Bits;
        }
    }

    private static Vector<uint> Round(Vector<float> values)
    {
        Vector<uint> bits = Vector.AsVectorUInt32(values);
        Vector<uint> rounded = (bits + new Vector<uint>(0x7FFF) + ((bits >>> 16) & Vector<uint>.One)) >>> 16;
        Vector<uint> number = Vector.AsVectorUInt32(Vector.Equals(values, values));
        return Vector.ConditionalSelect(number, rounded, new Vector<uint>(0x7FC0));
    }
}
