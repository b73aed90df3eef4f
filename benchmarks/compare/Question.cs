namespace Pth.Benchmarks.Compare;

/// <summary>One thing that is measured for every contender in turn.</summary>
/// <param name="Name">How it is called in the table and with <c>--only</c>.</param>
/// <param name="Goal">The most that Pth may take of the newest PyTorch's time; null where no goal is set.</param>
/// <param name="Ask">Runs it once for a contender; null where the contender cannot do it.</param>
internal sealed record Question(string Name, double? Goal, Func<Contender, Measurement?> Ask)
{
    /// <summary>What each side does, for those who read the table; null where the name says it.</summary>
    public string? About { get; init; }

    /// <summary>The most memory that Pth may take, in megabytes.</summary>
    public double? MemoryGoal { get; init; }

    /// <summary>The most memory that Pth may take beside what it had before, in megabytes.</summary>
    public double? AddedMemoryGoal { get; init; }
}
