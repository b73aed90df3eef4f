using System.Globalization;

namespace Pth.Benchmarks.Compare;

/// <summary>The answers to one question.</summary>
internal sealed record ResultRow(Question Question, IReadOnlyDictionary<string, List<Measurement>> Runs)
{
    public const string Ours = "Pth";

    public double? Median(string contender) => Middle(contender, run => run.Seconds);

    public double? PeakMegabytes(string contender) => Middle(contender, run => run.PeakBytes / 1e6);

    /// <summary>The peak beside what was resident before.</summary>
    public double? AddedMegabytes(string contender) => Middle(contender, run => (run.PeakBytes - run.StartBytes) / 1e6);

    /// <summary>The median over rounds of our time by the peer's in the same round.</summary>
    public double? Ratio(string peer) =>
        Runs[peer].Count == 0
            ? null
            : Middle([.. Runs[Ours].Zip(Runs[peer], (ours, theirs) => ours.Seconds / theirs.Seconds)]);

    public bool MeetsGoal(string newest) =>
        (Question.Goal is not { } goal || !Runs.ContainsKey(newest) || Ratio(newest) <= goal)
        && (Question.MemoryGoal is not { } megabytes || PeakMegabytes(Ours) <= megabytes)
        && (Question.AddedMemoryGoal is not { } added || AddedMegabytes(Ours) <= added);

    /// <summary>The goal and whether it is met; empty where there is none.</summary>
    public string Goal(string newest)
    {
        string[] goals =
        [
            .. Question.Goal is { } goal ? [string.Create(CultureInfo.InvariantCulture, $"{goal}")] : (string[])[],
            .. Question.MemoryGoal is { } most
                ? [string.Create(CultureInfo.InvariantCulture, $"{most} MB")]
                : (string[])[],
            .. Question.AddedMemoryGoal is { } added
                ? [string.Create(CultureInfo.InvariantCulture, $"+{added} MB")]
                : (string[])[],
        ];
        return goals.Length == 0 ? "" : $"{string.Join(", ", goals)}: {(MeetsGoal(newest) ? "met" : "missed")}";
    }

    public string ToText(string newest) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Question.Name, -12} {string.Join("  ", Runs.Keys.Select(Cell))}  goal {Goal(newest)}"
        );

    private string Cell(string contender) =>
        Median(contender) is { } seconds
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{contender} {seconds * 1000:F1} ms{(contender == Ours ? "" : $" ({Ratio(contender):F3} x)")}"
            )
            : $"{contender} -";

    private double? Middle(string contender, Func<Measurement, double> figure) =>
        Runs[contender].Count == 0 ? null : Middle([.. Runs[contender].Select(figure)]);

    private static double Middle(double[] values)
    {
        Array.Sort(values);
        int half = values.Length / 2;
        return values.Length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }
}
