using Pth.Bytes;

namespace Pth.Tests.Bytes;

public sealed class ScatteredChecksumTests
{
    [Fact]
    public void Parts_in_any_order_give_the_checksum_of_the_whole()
    {
        var random = new Random(3);
        byte[] bytes = new byte[1000];
        random.NextBytes(bytes);
        for (int round = 0; round < 20; round++)
        {
            int[] cuts = [0, .. Enumerable.Range(0, 7).Select(_ => random.Next(1000)).Order(), 1000];
            int[] parts = [.. Enumerable.Range(0, 8).Where(i => cuts[i + 1] > cuts[i])];
            random.Shuffle(parts);
            var checksum = new ScatteredChecksum(1000);
            foreach (int part in parts)
            {
                int length = cuts[part + 1] - cuts[part];
                bool isLast = checksum.Add(cuts[part + 1], length, FastCrc32.Hash(bytes.AsSpan(cuts[part], length)));
                Assert.Equal(part == parts[^1], isLast);
            }
            Assert.Equal(FastCrc32.Hash(bytes), checksum.Value);
        }
    }
}
