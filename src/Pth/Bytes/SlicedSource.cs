namespace Pth.Bytes;

/// <summary>A part of another source, which it does not own.</summary>
internal sealed class SlicedSource : ByteSource
{
    private readonly ByteSource _parent;
    private readonly long _start;

    public SlicedSource(ByteSource parent, long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, parent.Length - offset);
        _parent = parent;
        _start = offset;
        Length = length;
    }

    public override string Name => _parent.Name;

    public override long Length { get; }

    public override bool IsNative => _parent.IsNative;

    public override bool IsFile => _parent.IsFile;

    public override ReadOnlySpan<byte> GetSpan(long offset, int length)
    {
        CheckRange(offset, length);
        return _parent.GetSpan(_start + offset, length);
    }

    public override void CopyTo(long offset, Span<byte> destination)
    {
        CheckRange(offset, destination.Length);
        _parent.CopyTo(_start + offset, destination);
    }

    public override ReadOnlySpan<byte> Read(long offset, int length, Span<byte> buffer)
    {
        CheckRange(offset, length);
        return _parent.Read(_start + offset, length, buffer);
    }

    public override (ByteSource Whole, long Offset) Locate()
    {
        (ByteSource whole, long offset) = _parent.Locate();
        return (whole, offset + _start);
    }

    public override ByteSource Slice(long offset, long length)
    {
        CheckRange(offset, length);
        return new SlicedSource(_parent, _start + offset, length);
    }
}
