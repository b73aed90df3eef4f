namespace Pth.Benchmarks.Ddp;

internal static class Statistics
{
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <summary>The median of ratios, and the lowest and highest of them.</summary>
    public static string Ratios(IEnumerable<double> ratios)
    {
        double[] all = [.. ratios];
        return $"{Median(all):F2} ({all.Min():F2}-{all.Max():F2})";
    }
}
