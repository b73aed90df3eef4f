using Pth.Bytes;

namespace Pth.Tests.Bytes;

public class ReadAheadTests
{
    [Theory]
    [InlineData("in order", 100, 300)]
    [InlineData("with gaps", 64, 20_000)]
    [InlineData("some too long", 70_000, 70_100)]
    public void Every_source_arrives_whatever_lies_between(string how, int length, int step)
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = new byte[2_000_000];
        new Random(5).NextBytes(bytes);
        using ByteSource file = FileSource.Open(folder.Write("a.bin", bytes));
        var readAhead = new ReadAhead();
        byte[] copy = new byte[length];
        int[] places = [.. Enumerable.Range(0, (bytes.Length - length) / step).Select(i => i * step)];
        foreach (int place in places.Concat(places.Reverse()).Append(bytes.Length - length))
        {
            readAhead.CopyTo(file.Slice(place, length), copy);
            Assert.True(bytes.AsSpan(place, length).SequenceEqual(copy), $"{how}: {place}");
        }
    }

    [Fact]
    public void Two_files_and_memory_are_not_mixed_up()
    {
        using var folder = new TemporaryFolder();
        using ByteSource a = FileSource.Open(folder.Write("a.bin", "aaaaaaaa"u8));
        using ByteSource b = FileSource.Open(folder.Write("b.bin", "bbbbbbbb"u8));
        var c = new MemorySource("cccccccc"u8.ToArray());
        var readAhead = new ReadAhead();
        byte[] copy = new byte[2];
        for (int i = 0; i < 6; i += 2)
        {
            foreach (
                (ByteSource source, byte[] expected) in new[]
                {
                    (a, "aa"u8.ToArray()),
                    (b, [.. "bb"u8]),
                    (c, [.. "cc"u8]),
                }
            )
            {
                readAhead.CopyTo(source.Slice(i, 2), copy);
                readAhead.CopyTo(source.Slice(i, 2).Slice(0, 2), copy);
                Assert.Equal(expected, copy);
            }
        }
    }
}
