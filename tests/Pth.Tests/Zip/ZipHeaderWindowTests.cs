using Pth.Bytes;
using Pth.Zip;

namespace Pth.Tests.Zip;

public class ZipHeaderWindowTests
{
    [Theory]
    [InlineData(ZipHeaderWindow.SmallWindow)]
    [InlineData(ZipHeaderWindow.LargeWindow)]
    public void It_gives_the_bytes_of_the_source_wherever_they_are(int windowLength)
    {
        var bytes = new byte[300_000];
        new Random(5).NextBytes(bytes);
        using var window = new ZipHeaderWindow(new MemorySource(bytes), windowLength);
        var random = new Random(6);

        for (int i = 0; i < 2_000; i++)
        {
            int offset = random.Next(bytes.Length);
            int length = random.Next(Math.Min(i % 10 == 0 ? 100_000 : 100, bytes.Length - offset));
            Assert.True(bytes.AsSpan(offset, length).SequenceEqual(window.GetSpan(offset, length)));
        }
    }

    [Fact]
    public void A_span_is_good_until_the_second_next_call()
    {
        var bytes = new byte[300_000];
        new Random(7).NextBytes(bytes);
        using var window = new ZipHeaderWindow(new MemorySource(bytes), ZipHeaderWindow.SmallWindow);

        ReadOnlySpan<byte> first = window.GetSpan(0, 30);
        _ = window.GetSpan(200_000, 30);

        Assert.True(first.SequenceEqual(bytes.AsSpan(0, 30)));
    }

    [Fact]
    public void What_lies_outside_the_source_is_refused()
    {
        using var window = new ZipHeaderWindow(new MemorySource(new byte[10]), ZipHeaderWindow.SmallWindow);

        Assert.Throws<ArgumentOutOfRangeException>(() => window.GetSpan(5, 6));
        Assert.Throws<ArgumentOutOfRangeException>(() => window.GetSpan(-1, 1));
    }
}
