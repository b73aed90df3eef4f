using System.Globalization;

namespace Pth.Tests.Fixtures;

/// <summary>What became of each file of many, for the test's output.</summary>
internal static class Outcomes
{
    public static void Report(ITestOutputHelper output, SortedDictionary<string, int> counts)
    {
        foreach ((string outcome, int count) in counts)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count, 5} {outcome}"));
        }
    }
}
