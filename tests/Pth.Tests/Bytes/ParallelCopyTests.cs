using System.IO.Hashing;
using Pth.Bytes;

namespace Pth.Tests.Bytes;

public class ParallelCopyTests
{
    [Fact]
    public void All_ranges_arrive_with_their_checksums()
    {
        var random = new Random(3);
        var ranges = new List<CopyRange>();
        var contents = new List<byte[]>();
        long offset = 0;
        foreach (int length in new[] { 0, 1, 64, 2 << 20, 100_000, (2 << 20) + 1, 9_000_001, 3, 0, 6 << 20, 5 })
        {
            byte[] bytes = new byte[length];
            random.NextBytes(bytes);
            contents.Add(bytes);
            ranges.Add(new CopyRange(new MemorySource(bytes), offset));
            offset += (length + 63) / 64 * 64;
        }
        using var destination = new NativeMemorySource(offset);
        uint[] checksums = ParallelCopy.Run(ranges, destination, withChecksums: true);

        for (int i = 0; i < contents.Count; i++)
        {
            Assert.Equal(contents[i], destination.GetSpan(ranges[i].DestinationOffset, contents[i].Length));
            Assert.Equal(Crc32.HashToUInt32(contents[i]), checksums[i]);
        }
        Assert.Empty(ParallelCopy.Run(ranges, destination, withChecksums: false));
    }

    [Fact]
    public void A_failure_comes_out_as_it_is_and_cancelling_stops()
    {
        using var destination = new NativeMemorySource(9 << 20);
        var closed = new NativeMemorySource(8 << 20);
        closed.Dispose();
        CopyRange[] ranges = [new(closed, 0)];
        Assert.Throws<ObjectDisposedException>(() => ParallelCopy.Run(ranges, destination, withChecksums: true));

        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
            ParallelCopy.Run(ranges, destination, withChecksums: true, cancellationToken: cancellation.Token)
        );
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("DATA", "")]
    [InlineData("", "DATA")]
    [InlineData("123", "456789")]
    public void Two_checksums_make_the_checksum_of_both(string first, string second)
    {
        byte[] a = System.Text.Encoding.ASCII.GetBytes(first);
        byte[] b = System.Text.Encoding.ASCII.GetBytes(second);
        uint combined = Crc32Combiner.Combine(
            Crc32.HashToUInt32(a),
            Crc32.HashToUInt32(b),
            Crc32Combiner.Factor(b.Length)
        );
        Assert.Equal(Crc32.HashToUInt32([.. a, .. b]), combined);
    }

    [Fact]
    public void The_check_value_of_the_specification_comes_out_of_two_halves() =>
        Assert.Equal(
            0xCBF43926,
            Crc32Combiner.Combine(Crc32.HashToUInt32("12345"u8), Crc32.HashToUInt32("6789"u8), Crc32Combiner.Factor(4))
        );
}
