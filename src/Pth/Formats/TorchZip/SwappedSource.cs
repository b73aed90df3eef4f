using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Pth.Bytes;

namespace Pth.Formats.TorchZip;

/// <summary>Numbers of another byte order, turned on first use and then kept.</summary>
/// <param name="raw">The bytes as they lie in the file.</param>
/// <param name="unit">The size of the numbers; null while no tensor has said it. Bytes that no tensor looks at stay as they are.</param>
internal sealed class SwappedSource(ByteSource raw, int? unit) : ByteSource
{
    private const int ChunkLength = 1 << 20;

    private readonly Lock _making = new();
    private ByteSource? _turned;

    public override string Name => raw.Name;

    public override long Length => raw.Length;

    /// <summary>The size of the numbers in bytes.</summary>
    public int? Unit { get; private set; } = unit;

    /// <summary>Sets the size, when it is not yet known.</summary>
    /// <returns>False when it is known and another.</returns>
    public bool TrySetUnit(int size)
    {
        Unit ??= size;
        return Unit == size;
    }

    public override ReadOnlySpan<byte> GetSpan(long offset, int length)
    {
        CheckRange(offset, length);
        return Turned().GetSpan(offset, length);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _turned?.Dispose();
        }
        base.Dispose(disposing);
    }

    private ByteSource Turned()
    {
        lock (_making)
        {
            return _turned ??= Unit is null or 1 ? raw : Turn(Unit.Value);
        }
    }

    private NativeMemorySource Turn(int size)
    {
        var turned = new NativeMemorySource(raw.Length, raw.Name);
        for (long offset = 0; offset < raw.Length; offset += ChunkLength)
        {
            int length = (int)Math.Min(ChunkLength, raw.Length - offset);
            Span<byte> chunk = turned.GetWritableSpan(offset, length);
            raw.GetSpan(offset, length).CopyTo(chunk);
            Reverse(chunk, size);
        }
        return turned;
    }

    private static void Reverse(Span<byte> bytes, int size)
    {
        switch (size)
        {
            case 2:
                Span<ushort> shorts = MemoryMarshal.Cast<byte, ushort>(bytes);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case 4:
                Span<uint> ints = MemoryMarshal.Cast<byte, uint>(bytes);
                BinaryPrimitives.ReverseEndianness(ints, ints);
                break;
            case 8:
                Span<ulong> longs = MemoryMarshal.Cast<byte, ulong>(bytes);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(size), size, "The size of a number is 2, 4 or 8 bytes.");
        }
    }
}
