using System.Buffers;
using System.Buffers.Binary;

namespace Pth.Bytes;

/// <summary>Bytes that are written once and read before it is disposed. Its memory goes back to the pool: megabytes that live for a moment cost a whole collection.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private const int FirstLength = 1 << 16;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(FirstLength);
    private int _length;

    /// <summary>What was written. Not to be used after <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - _length);
        _length += count;
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(_length);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(_length);
    }

    /// <summary>Fills the first 8 bytes, which were left open, with a number that is known at last.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer were written.</exception>
    public void SetHead(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(0, _length), value);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _length = 0;
    }

    private void Reserve(int count)
    {
        count = Math.Max(count, 1);
        if (count <= _bytes.Length - _length)
        {
            return;
        }
        long wanted = Math.Max((long)_length + count, 2L * _bytes.Length);
        if ((long)_length + count > Array.MaxLength)
        {
            throw new InvalidOperationException("A pickle of more than 2 GB cannot be written.");
        }
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(wanted, Array.MaxLength));
        _bytes.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
