namespace Pth.Bytes;

/// <summary>A stream that may give so many bytes and no more.</summary>
/// <param name="stream">The stream; whoever made it disposes it.</param>
/// <param name="limit">The bytes that it may give.</param>
/// <param name="refuse">Makes the error for a stream that gives more.</param>
internal sealed class BoundedStream(Stream stream, long limit, Func<Exception> refuse) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int count = stream.Read(buffer);
        if (count > limit - _read)
        {
            throw refuse();
        }
        _read += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
