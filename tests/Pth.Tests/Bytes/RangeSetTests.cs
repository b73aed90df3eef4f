using Pth.Bytes;

namespace Pth.Tests.Bytes;

public sealed class RangeSetTests
{
    [Fact]
    public void Every_place_is_new_exactly_once()
    {
        var random = new Random(2);
        for (int round = 0; round < 200; round++)
        {
            var ranges = new RangeSet();
            bool[] seen = new bool[64];
            for (int i = 0; i < 20; i++)
            {
                int start = random.Next(64);
                int end = random.Next(start, 65);
                long at = start;
                foreach ((long partStart, long partEnd, bool isNew) in ranges.Claim(start, end))
                {
                    Assert.Equal(at, partStart);
                    for (; at < partEnd; at++)
                    {
                        Assert.Equal(!seen[at], isNew);
                        seen[at] = true;
                    }
                }
                Assert.Equal(end, at);
            }
        }
    }
}
