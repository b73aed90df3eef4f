namespace Pth.Distributed.Tests;

public sealed class DistributedSamplerTests
{
    [Theory]
    [InlineData(12, 3)]
    [InlineData(13, 3)]
    [InlineData(2, 4)]
    [InlineData(100, 7)]
    [InlineData(1, 1)]
    public void Every_sample_comes_once_and_ranks_have_as_many(int length, int ranks)
    {
        foreach (bool shuffle in new[] { true, false })
        {
            long[][] all =
            [
                .. Enumerable
                    .Range(0, ranks)
                    .Select(rank => new DistributedSampler(length, ranks, rank, shuffle).ToArray()),
            ];
            int each = (length + ranks - 1) / ranks;
            Assert.All(all, part => Assert.Equal(each, part.Length));
            long[] together = [.. all.SelectMany(part => part)];
            Assert.Equal(Enumerable.Range(0, length).Select(i => (long)i), together.Distinct().Order());
            Assert.True(together.GroupBy(i => i).Max(group => group.Count()) <= 1 + (ranks / length) + 1);

            long[][] dropped =
            [
                .. Enumerable
                    .Range(0, ranks)
                    .Select(rank => new DistributedSampler(length, ranks, rank, shuffle, dropLast: true).ToArray()),
            ];
            Assert.All(dropped, part => Assert.Equal(length / ranks, part.Length));
            Assert.Equal(length / ranks * ranks, dropped.SelectMany(part => part).Distinct().Count());
        }
    }

    [Fact]
    public void The_order_is_that_of_the_seed_and_epoch_on_all_ranks()
    {
        DistributedSampler sampler = new(50, 2, 0, seed: 3);
        long[] first = [.. sampler];
        Assert.Equal(first, sampler.ToArray());
        Assert.Equal(first, new DistributedSampler(50, 2, 0, seed: 3).ToArray());
        sampler.SetEpoch(1);
        Assert.NotEqual(first, sampler.ToArray());
        sampler.SetEpoch(0);
        Assert.Equal(first, sampler.ToArray());
        Assert.NotEqual(first, new DistributedSampler(50, 2, 0, seed: 4).ToArray());
        Assert.Equal(25, sampler.Count);
        Assert.Equal([1, 3, 5, 7], new DistributedSampler(8, 2, 1, shuffle: false));
    }

    [Fact]
    public void Every_order_is_about_as_likely_as_any_other()
    {
        int[] counts = new int[6];
        for (int seed = 0; seed < 6000; seed++)
        {
            long[] order = [.. new DistributedSampler(3, 1, 0, seed: seed)];
            counts[(order[0] * 2) + (order[1] > order[2] ? 1 : 0)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 850, 1150));
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DistributedSampler(-1, 2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DistributedSampler(5, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DistributedSampler(5, 2, 2));
        Assert.Empty(new DistributedSampler(0, 2, 1));
    }
}
