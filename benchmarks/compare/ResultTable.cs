using System.Globalization;
using System.Text;

namespace Pth.Benchmarks.Compare;

/// <summary>Writes the table that <c>benchmarks/results</c> keeps.</summary>
internal static class ResultTable
{
    public static string Write(
        string folder,
        IReadOnlyList<ResultRow> rows,
        Contenders contenders,
        string newest,
        int rounds
    )
    {
        var text = new StringBuilder();
        text.AppendLine("# Pth beside PyTorch");
        text.AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"One run of `benchmarks/compare/run`, {rounds} rounds, contenders in turn; medians, ratios pair by pair. Warm page cache."
        );
        text.AppendLine();
        foreach (Contender contender in contenders.All)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {contender.Name}: {contender.Version}");
        }
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"- {Environment.ProcessorCount} processors, {Processor()}, {DateTime.UtcNow:yyyy-MM-dd}"
        );
        text.AppendLine();
        string[] names = [.. contenders.All.Select(c => c.Name)];
        text.AppendLine(
            $"| work | {string.Join(" | ", names)} | {string.Join(" | ", names[1..].Select(n => "x of " + n))} | goal |"
        );
        text.AppendLine("|" + string.Concat(Enumerable.Repeat(" --- |", 2 * names.Length + 1)));
        foreach (ResultRow row in rows)
        {
            string goal = row.Question.Goal is { } value
                ? string.Create(CultureInfo.InvariantCulture, $"{value}: {(row.MeetsGoal(newest) ? "met" : "missed")}")
                : "";
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {row.Question.Name} | {string.Join(" | ", names.Select(n => Cell(row, n)))} | {string.Join(" | ", names[1..].Select(n => Ratio(row, n)))} | {goal} |"
            );
        }
        text.AppendLine();
        text.AppendLine("Each cell: median milliseconds, peak resident megabytes of the process.");
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, "compare.md");
        File.WriteAllText(file, text.ToString());
        return file;
    }

    private static string Cell(ResultRow row, string name) =>
        row.Median(name) is { } seconds
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:F1} ms, {row.PeakMegabytes(name):F0} MB")
            : "-";

    private static string Ratio(ResultRow row, string name) =>
        row.Ratio(name) is { } ratio ? ratio.ToString("F3", CultureInfo.InvariantCulture) : "-";

    private static string Processor() =>
        File.ReadLines("/proc/cpuinfo")
            .First(line => line.StartsWith("model name", StringComparison.Ordinal))
            .Split(':')[1]
            .Trim();
}
