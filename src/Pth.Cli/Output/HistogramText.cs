using System.Globalization;
using Pth.Cli.Console;

namespace Pth.Cli.Output;

/// <summary>A histogram as bars, one line a bin.</summary>
internal static class HistogramText
{
    private const int WidestBar = 50;
    private const int LabelWidth = 12;

    // An eighth of a column wide to a whole one.
    private const string Blocks = "▏▎▍▌▋▊▉█";

    public static void Write(ICommandConsole console, StyledText text, TensorHistogram histogram)
    {
        long highest = histogram.Counts.Max();
        int width = Math.Clamp(console.Width - LabelWidth - 20, 10, WidestBar);
        double step = (histogram.End - histogram.Start) / histogram.Counts.Length;
        for (int i = 0; i < histogram.Counts.Length; i++)
        {
            string from = (histogram.Start + (i * step)).ToString("G4", CultureInfo.InvariantCulture);
            text.Line(
                ($"  {from.PadLeft(LabelWidth - 2)} ", Tone.Dim),
                (Bar(histogram.Counts[i], highest, width), Tone.Good),
                ($" {Amount.Count(histogram.Counts[i])}", Tone.Plain)
            );
        }
    }

    /// <summary>A bar that is as long in proportion as the count, to an eighth of a column; never nothing for something.</summary>
    internal static string Bar(long count, long highest, int width)
    {
        int eighths = highest == 0 ? 0 : (int)Math.Round((double)count / highest * width * Blocks.Length);
        if (count > 0)
        {
            eighths = Math.Max(eighths, 1);
        }
        string whole = new(Blocks[^1], eighths / Blocks.Length);
        int rest = eighths % Blocks.Length;
        return (rest > 0 ? whole + Blocks[rest - 1] : whole).PadRight(width);
    }
}
