namespace Pth.Bytes;

/// <summary>A stream that is written from its position on, in order; it need not be seekable.</summary>
internal sealed class StreamSink(Stream stream, bool leaveOpen = true) : ByteSink
{
    private long _written;

    public override bool IsPositioned => false;

    public override void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (offset != _written)
        {
            throw new InvalidOperationException($"A stream is written in order: at {_written}, not at {offset}.");
        }
        stream.Write(bytes);
        _written += bytes.Length;
    }

    public override void Commit() => stream.Flush();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !leaveOpen)
        {
            stream.Dispose();
        }
    }
}
