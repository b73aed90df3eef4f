using System.Globalization;
using System.Text;

namespace Pth.Benchmarks.Compare;

/// <summary>The table that <c>benchmarks/results</c> keeps.</summary>
/// <param name="title">What is compared.</param>
/// <param name="name">The file's name without <c>.md</c>.</param>
/// <param name="rows">What was measured.</param>
/// <param name="contenders">Who was.</param>
/// <param name="newest">The one that goals are about.</param>
internal sealed class ResultTable(
    string title,
    string name,
    IReadOnlyList<ResultRow> rows,
    Contenders contenders,
    string newest
)
{
    /// <returns>Whether all goals are met.</returns>
    public bool Write(Settings settings)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# {title}");
        text.AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"One run of `benchmarks/compare/run{(name == "compare" ? "" : " " + name)}`, {settings.Rounds} rounds, contenders in turn; medians, ratios pair by pair. Warm page cache."
        );
        text.AppendLine();
        foreach (Contender contender in contenders.All)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {contender.Name}: {contender.Version}");
        }
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"- {Environment.ProcessorCount} processors, {Processor()}, load {Load()} at the end, {DateTime.UtcNow:yyyy-MM-dd}"
        );
        text.AppendLine();
        string[] names = [.. contenders.All.Select(c => c.Name)];
        text.AppendLine(
            $"| work | {string.Join(" | ", names)} | {string.Join(" | ", names[1..].Select(n => "x of " + n))} | goal |"
        );
        text.AppendLine("|" + string.Concat(Enumerable.Repeat(" --- |", 2 * names.Length + 1)));
        foreach (ResultRow row in rows)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {row.Question.Name} | {string.Join(" | ", names.Select(n => Cell(row, n)))} | {string.Join(" | ", names[1..].Select(n => Ratio(row, n)))} | {row.Goal(newest)} |"
            );
        }
        text.AppendLine();
        text.AppendLine(
            "Each cell: median milliseconds, peak resident megabytes of the process"
                + (rows.Any(row => row.Question.AddedMemoryGoal is not null) ? " (beside what it had before)." : ".")
        );
        WriteNotes(text);
        Directory.CreateDirectory(settings.Results);
        string file = Path.Combine(settings.Results, name + ".md");
        File.WriteAllText(file, text.ToString());
        Console.WriteLine($"written to {file}");
        return rows.All(row => row.MeetsGoal(newest));
    }

    // What else the machine did: ratios stay, milliseconds do not.
    private static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private void WriteNotes(StringBuilder text)
    {
        if (rows.All(row => row.Question.About is null))
        {
            return;
        }
        text.AppendLine();
        foreach (ResultRow row in rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- **{row.Question.Name}**: {row.Question.About}");
        }
    }

    private static string Cell(ResultRow row, string name) =>
        row.Median(name) is { } seconds
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{seconds * 1000:F1} ms, {row.PeakMegabytes(name):F0} MB{(row.Question.AddedMemoryGoal is null ? "" : string.Create(CultureInfo.InvariantCulture, $" (+{row.AddedMegabytes(name):F0})"))}"
            )
            : "-";

    private static string Ratio(ResultRow row, string name) =>
        row.Ratio(name) is { } ratio ? ratio.ToString("F3", CultureInfo.InvariantCulture) : "-";

    private static string Processor() =>
        File.ReadLines("/proc/cpuinfo")
            .First(line => line.StartsWith("model name", StringComparison.Ordinal))
            .Split(':')[1]
            .Trim();
}
