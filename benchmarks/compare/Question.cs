namespace Pth.Benchmarks.Compare;

/// <summary>One thing that is measured for every contender in turn.</summary>
/// <param name="Name">How it is called in the table and with <c>--only</c>.</param>
/// <param name="Goal">The most that Pth may take of PyTorch 2.14.1's time; null where no goal is set.</param>
/// <param name="Ask">Runs it once for a contender; null where the contender cannot do it.</param>
internal sealed record Question(string Name, double? Goal, Func<Contender, Measurement?> Ask);
