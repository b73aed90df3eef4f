using System.Globalization;
using System.Text.Json;
using Pth.Cli.Console;
using Pth.Cli.Output;

namespace Pth.Cli.Commands;

// What the values are like, for people and programs.
internal sealed partial class CatCommand
{
    private const int MostJsonValues = 1000;

    private static void WriteStatistics(
        ICommandConsole console,
        string name,
        TensorView tensor,
        TensorStatistics statistics
    )
    {
        var text = new StyledText(console);
        text.Line((name, Tone.Strong), ($"  {tensor.DType.TorchName} {Shape.ForPeople(tensor.Shape)}", Tone.Plain));
        foreach ((string label, string value, bool isBad) in Describe(statistics))
        {
            text.Line(($"  {label, -10}", Tone.Dim), (value, isBad ? Tone.Bad : Tone.Plain));
        }
        if (statistics.Histogram is { } histogram)
        {
            HistogramText.Write(console, text, histogram);
        }
    }

    private static IEnumerable<(string Label, string Value, bool IsBad)> Describe(TensorStatistics statistics)
    {
        yield return ("values", Amount.Count(statistics.Count), false);
        yield return ("min", Real(statistics.Min), statistics.NegativeInfinities > 0);
        yield return ("max", Real(statistics.Max), statistics.PositiveInfinities > 0);
        yield return ("mean", Real(statistics.Mean), false);
        yield return ("std", Real(statistics.StandardDeviation), false);
        yield return ("norm", Real(statistics.Norm), false);
        yield return ("zeros", Share(statistics.Zeros, statistics.Count), false);
        yield return ("NaN", Share(statistics.NaNs, statistics.Count), statistics.NaNs > 0);
        long infinities = statistics.PositiveInfinities + statistics.NegativeInfinities;
        yield return ("infinite", Share(infinities, statistics.Count), infinities > 0);
    }

    private static string Real(double? value) =>
        value is { } number ? number.ToString("G7", CultureInfo.InvariantCulture) : "-";

    private static string Share(long part, long whole) =>
        part == 0
            ? "0"
            : $"{Amount.Count(part)} ({(100.0 * part / whole).ToString("G3", CultureInfo.InvariantCulture)} %)";

    private void WriteJson(
        ICommandConsole console,
        string name,
        TensorView tensor,
        TensorStatistics statistics,
        CancellationToken cancellationToken
    )
    {
        using var report = new JsonReport(console.Out, Schema);
        Utf8JsonWriter top = report.Top;
        top.WriteText("file", File);
        TensorJson.Write(top, new NamedTensor(name, tensor));
        WriteStatistics(top, statistics);
        if (Full || tensor.ElementCount <= MostJsonValues)
        {
            top.WriteStartArray("values");
            JsonValues.Write(top, tensor, cancellationToken);
            top.WriteEndArray();
        }
    }

    private static void WriteStatistics(Utf8JsonWriter top, TensorStatistics statistics)
    {
        top.WriteStartObject("stats");
        top.WriteNumber("count", statistics.Count);
        top.WriteNumber("zeros", statistics.Zeros);
        top.WriteNumber("nan", statistics.NaNs);
        top.WriteNumber("posinf", statistics.PositiveInfinities);
        top.WriteNumber("neginf", statistics.NegativeInfinities);
        top.WriteReal("min", statistics.Min);
        top.WriteReal("max", statistics.Max);
        top.WriteReal("mean", statistics.Mean);
        top.WriteReal("std", statistics.StandardDeviation);
        top.WriteReal("norm", statistics.Norm);
        if (statistics.Histogram is { } histogram)
        {
            top.WriteStartObject("histogram");
            top.WriteReal("start", histogram.Start);
            top.WriteReal("end", histogram.End);
            top.WriteNumbers("counts", histogram.Counts.AsSpan());
            top.WriteEndObject();
        }
        top.WriteEndObject();
    }
}
