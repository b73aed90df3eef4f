using Pth.Bytes;

namespace Pth.Tensors;

/// <summary>Gives pieces of a source, asking it for as much as a span holds and no oftener than needed.</summary>
internal ref struct SpanWindow(ByteSource source)
{
    private ReadOnlySpan<byte> _bytes = [];
    private long _start;

    public ReadOnlySpan<byte> Get(long offset, int length)
    {
        if (offset < _start || length > _bytes.Length - (offset - _start))
        {
            _start = source.Length <= int.MaxValue ? 0 : offset;
            _bytes = source.GetSpan(_start, (int)Math.Min(int.MaxValue, source.Length - _start));
        }
        return _bytes.Slice((int)(offset - _start), length);
    }
}
