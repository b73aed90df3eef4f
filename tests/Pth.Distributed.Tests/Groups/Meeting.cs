namespace Pth.Distributed.Tests.Groups;

/// <summary>How processes wait for each other without the group that is tested: each leaves a file in a folder.</summary>
internal sealed class Meeting(string folder)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public void Came(int rank) => File.WriteAllText(PathOf(rank), "");

    public void WaitFor(int rank)
    {
        string path = PathOf(rank);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(path), Patience), $"rank {rank} did not come");
    }

    private string PathOf(int rank) => Path.Combine(folder, $"rank {rank}");
}
