using System.Globalization;

namespace Pth.Cli.Output;

/// <summary>Numbers as people read them.</summary>
internal static class Amount
{
    private static readonly string[] SiUnits = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
    private static readonly string[] IecUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    private static readonly string[] CountUnits = ["", " k", " M", " G", " T", " P", " E"];

    /// <summary>In powers of 1000: <c>553 MB</c>.</summary>
    public static string Bytes(long bytes) => Scale(bytes, 1000, SiUnits, " ");

    /// <summary>In powers of 1000 and of 1024: <c>553 MB (528 MiB)</c>.</summary>
    public static string BytesBoth(long bytes) =>
        bytes < 1000 ? Bytes(bytes) : $"{Bytes(bytes)} ({Scale(bytes, 1024, IecUnits, " ")})";

    /// <summary>A number of things, every digit: <c>138,357,544</c>.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number of things, rounded: <c>138 M</c>.</summary>
    public static string Rounded(long count) => Scale(count, 1000, CountUnits, "");

    /// <summary>A count with its noun: <c>1 tensor</c>, <c>2 tensors</c>.</summary>
    public static string Of(long count, string noun) => $"{Count(count)} {noun}{(count == 1 ? "" : "s")}";

    private static string Scale(long amount, int step, string[] units, string gap)
    {
        double value = amount;
        int unit = 0;
        // 999.5 would be written as 1000.
        while (Math.Abs(value) >= (unit == 0 ? step : step - 0.5) && unit < units.Length - 1)
        {
            value /= step;
            unit++;
        }
        string number =
            unit == 0 || Math.Abs(value) >= 99.95 ? $"{value:0}"
            : Math.Abs(value) >= 9.995 ? $"{value:0.0}"
            : $"{value:0.00}";
        return $"{number}{gap}{units[unit]}";
    }
}
