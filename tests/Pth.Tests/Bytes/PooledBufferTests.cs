using System.Buffers;
using Pth.Bytes;

namespace Pth.Tests.Bytes;

public class PooledBufferTests
{
    [Fact]
    public void It_keeps_what_is_written_while_it_grows()
    {
        using var buffer = new PooledBuffer();
        var expected = new byte[1_000_000];
        new Random(1).NextBytes(expected);

        for (int done = 0; done < expected.Length; done += 1_234)
        {
            buffer.Write(expected.AsSpan(done, Math.Min(1_234, expected.Length - done)));
        }

        Assert.True(expected.AsSpan().SequenceEqual(buffer.Written.Span));
    }

    [Fact]
    public void More_than_was_asked_for_cannot_be_claimed()
    {
        using var buffer = new PooledBuffer();
        int length = buffer.GetSpan(10).Length;

        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(length + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(-1));
    }
}
