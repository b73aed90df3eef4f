using System.Buffers;

namespace Pth.Bytes;

/// <summary>
/// Small pieces of a source, most of them near the one before: headers. Of a file they are read by position, a few KB at a time, so that
/// nothing is mapped and no page in between is touched. What was read first stays: the end of an archive, where its last records lie.
/// </summary>
/// <param name="source">Where they lie.</param>
/// <param name="first">What is read the first time, where there is as much.</param>
/// <param name="next">What is read every other time.</param>
internal sealed class ReadWindow(ByteSource source, int first, int next) : IDisposable
{
    private readonly Piece _first = new();
    private readonly Piece _next = new();

    /// <summary>The length of the source.</summary>
    public long Length => source.Length;

    /// <summary>The bytes at a place. They are good until the next call.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They do not lie in the source.</exception>
    public ReadOnlySpan<byte> Get(long offset, int count)
    {
        if (!source.IsFile)
        {
            return source.GetSpan(offset, count);
        }
        if (_next.TryGet(offset, count, out ReadOnlySpan<byte> bytes) || _first.TryGet(offset, count, out bytes))
        {
            return bytes;
        }
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, source.Length - offset);
        (Piece piece, int length) = _first.IsEmpty ? (_first, first) : (_next, next);
        piece.Fill(source, offset, (int)Math.Min(Math.Max(count, length), source.Length - offset));
        _ = piece.TryGet(offset, count, out bytes);
        return bytes;
    }

    /// <summary>The bytes at a place, where they were read already.</summary>
    public bool TryGet(long offset, int count, out ReadOnlySpan<byte> bytes) =>
        _next.TryGet(offset, count, out bytes) || _first.TryGet(offset, count, out bytes);

    public void Dispose()
    {
        _first.Clear();
        _next.Clear();
    }

    private sealed class Piece
    {
        private byte[] _bytes = [];
        private long _start;
        private int _count;

        public bool IsEmpty => _count == 0;

        public bool TryGet(long offset, int count, out ReadOnlySpan<byte> bytes)
        {
            bool isThere = offset >= _start && offset <= _start + _count - count;
            bytes = isThere ? _bytes.AsSpan((int)(offset - _start), count) : default;
            return isThere;
        }

        public void Fill(ByteSource source, long offset, int count)
        {
            // Should reading fail, there is nothing here.
            _count = 0;
            if (_bytes.Length < count)
            {
                Clear();
                _bytes = ArrayPool<byte>.Shared.Rent(count);
            }
            source.CopyTo(offset, _bytes.AsSpan(0, count));
            (_start, _count) = (offset, count);
        }

        public void Clear()
        {
            _count = 0;
            if (_bytes.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_bytes);
                _bytes = [];
            }
        }
    }
}
