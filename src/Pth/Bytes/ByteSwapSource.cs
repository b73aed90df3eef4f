using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Pth.Bytes;

/// <summary>Turns the byte order of numbers when they are first asked for.</summary>
internal static class ByteSwapSource
{
    private const int ChunkLength = 1 << 20;

    /// <param name="source">Numbers in the other byte order. Not owned.</param>
    /// <param name="swapSize">The bytes of a number: 1, 2, 4 or 8 (the half of a complex one).</param>
    /// <exception cref="ArgumentException">The length is no multiple of the size, or there are no numbers of that size.</exception>
    public static ByteSource Create(ByteSource source, int swapSize)
    {
        if (swapSize is not (1 or 2 or 4 or 8) || source.Length % swapSize != 0)
        {
            throw new ArgumentException(
                $"found {source.Length} bytes in numbers of {swapSize}, expected whole numbers of 1, 2, 4 or 8",
                nameof(swapSize)
            );
        }
        return swapSize == 1 ? source : new LazySource(source.Name, source.Length, () => Swap(source, swapSize));
    }

    private static OwnMemory Swap(ByteSource source, int swapSize)
    {
        var swapped = new OwnMemory(source.Length, isCleared: false);
        for (long done = 0; done < source.Length; done += ChunkLength)
        {
            Span<byte> chunk = swapped.GetWritableSpan(done, (int)Math.Min(ChunkLength, source.Length - done));
            source.CopyTo(done, chunk);
            Reverse(chunk, swapSize);
        }
        return swapped;
    }

    private static void Reverse(Span<byte> chunk, int swapSize)
    {
        switch (swapSize)
        {
            case 2:
                Span<ushort> shorts = MemoryMarshal.Cast<byte, ushort>(chunk);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case 4:
                Span<uint> ints = MemoryMarshal.Cast<byte, uint>(chunk);
                BinaryPrimitives.ReverseEndianness(ints, ints);
                break;
            default:
                Span<ulong> longs = MemoryMarshal.Cast<byte, ulong>(chunk);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
        }
    }
}
