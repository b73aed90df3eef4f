using Pth.Tests;

namespace Pth.Distributed.Tests.Live;

/// <summary>Gradients over a slow network.</summary>
[Trait("Category", "Live")]
public sealed class TwoHostsTests(ITestOutputHelper output)
{
    /// <summary>No bucket waits for the end of backward. The times are for docs/distributed.md; on a busy machine they say nothing.</summary>
    [Fact]
    public void Buckets_are_averaged_over_the_link_while_backward_runs()
    {
        using TemporaryFolder folder = new();
        using TwoHosts hosts = TwoHosts.Make(folder.Path, "200mbit");
        using MpiJob job = MpiJob.Start("openmpi", 2, hosts.LauncherOptions, ["overlap"], hosts.First);
        (int code, string said) = job.Wait(seconds: 300);
        output.WriteLine(said);
        Assert.True(code == 0, said);
        for (int rank = 0; rank < 2; rank++)
        {
            Assert.Contains(
                $"[{OverlapWorkers.Layers} of {OverlapWorkers.Layers} buckets were averaged when backward ended on rank {rank}]",
                said
            );
        }
        // Two hosts, as MPI sees it, and not one that copies in its memory.
        Assert.Contains("[rank 1 of 2 on host2]", said);
        Assert.Contains("[medians in ms: ", said);
    }
}
