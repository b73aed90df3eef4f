using System.Globalization;
using System.Runtime.InteropServices;

namespace Pth.Benchmarks.Ddp;

/// <summary>Milliseconds around a <c>SaveCheckpointAsync</c>.</summary>
/// <param name="Before">A step with nothing under way.</param>
/// <param name="Call">The call, which waits for the copy.</param>
/// <param name="After">The step right after it.</param>
/// <param name="Write">From the call to the end of the writing.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SaveTimes(double Before, double Call, double After, double Write)
{
    public static SaveTimes Parse(string line)
    {
        double[] words = [.. line.Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
        return new(words[0], words[1], words[2], words[3]);
    }

    public override string ToString() =>
        string.Join(
            ' ',
            new[] { Before, Call, After, Write }.Select(value => value.ToString("R", CultureInfo.InvariantCulture))
        );
}
