namespace Pth.Bytes;

/// <summary>Reads what is left of a stream into memory.</summary>
internal static class StreamSource
{
    private const int FirstLength = 1 << 20;
    private const int ReadLength = 1 << 22;

    /// <summary>Reads from the stream's position to its end; the stream stays open.</summary>
    /// <remarks>What the stream says of its length is only a first guess; what it gives counts.</remarks>
    public static ByteSource ReadAll(Stream stream, string name, CancellationToken cancellationToken = default)
    {
        long capacity = FirstLength;
        if (stream.CanSeek)
        {
            // One byte more, so that the end is seen without growing.
            capacity = Math.Max(stream.Length - stream.Position, 0) + 1;
        }
        var memory = new NativeMemorySource(capacity, name);
        try
        {
            long length = 0;
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (length == memory.Length)
                {
                    memory = Grow(memory, name);
                }
                int count = stream.Read(
                    memory.GetWritableSpan(length, (int)Math.Min(ReadLength, memory.Length - length))
                );
                if (count == 0)
                {
                    return new OwnedSlice(memory, length);
                }
                length += count;
            }
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    private static NativeMemorySource Grow(NativeMemorySource memory, string name)
    {
        var grown = new NativeMemorySource(memory.Length * 2, name);
        for (long offset = 0; offset < memory.Length; offset += ReadLength)
        {
            int count = (int)Math.Min(ReadLength, memory.Length - offset);
            memory.GetSpan(offset, count).CopyTo(grown.GetWritableSpan(offset, count));
        }
        memory.Dispose();
        return grown;
    }

    /// <summary>The first bytes of a source, which goes with it.</summary>
    private sealed class OwnedSlice(ByteSource parent, long length) : ByteSource
    {
        public override string Name => parent.Name;

        public override long Length => length;

        public override ReadOnlySpan<byte> GetSpan(long offset, int length)
        {
            CheckRange(offset, length);
            return parent.GetSpan(offset, length);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                parent.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
