using System.Globalization;

namespace Pth.Cli.Output;

/// <summary>
/// Numbers in the way PyTorch prints those of a tensor: all whole, all with four decimals, or all with an exponent, whichever shows
/// them best, and all equally wide.
/// </summary>
/// <remarks>The rules are those of <c>torch/_tensor_str.py</c> under its default print options.</remarks>
internal static class ElementFormat
{
    private const double LargestPlain = 1e8;
    private const double SmallestPlain = 1e-4;
    private const double WidestRange = 1000;

    /// <summary>Integers and truth values, given as text.</summary>
    public static FormattedElements Whole(IReadOnlyList<string> values)
    {
        int width = values.Count == 0 ? 0 : values.Max(value => value.Length);
        return new FormattedElements([.. values.Select(value => value.PadLeft(width))], width);
    }

    /// <summary>Real numbers.</summary>
    public static FormattedElements Real(IReadOnlyList<double> values)
    {
        Func<double, string> format = ChooseFormat(values);
        // The width is that of the numbers that are not special; zeros are never wider.
        int width = values.Where(IsOrdinary).Select(value => format(value).Length).DefaultIfEmpty(1).Max();
        return new FormattedElements([.. values.Select(value => format(value).PadLeft(width))], width);
    }

    /// <summary>Complex numbers, each part in a format of its own.</summary>
    public static FormattedElements Complex(IReadOnlyList<double> real, IReadOnlyList<double> imaginary)
    {
        FormattedElements reals = Real(real);
        FormattedElements imaginaries = Real(imaginary);
        var texts = new string[real.Count];
        for (int i = 0; i < texts.Length; i++)
        {
            string imaginaryText = imaginaries.Texts[i].TrimStart();
            string sign = imaginaryText[0] is '-' or '+' ? "" : "+";
            texts[i] = $"{reals.Texts[i]}{sign}{imaginaryText}j";
        }
        return new FormattedElements(texts, reals.Width + imaginaries.Width + 1);
    }

    private static Func<double, string> ChooseFormat(IReadOnlyList<double> values)
    {
        double[] sizes = [.. values.Where(IsOrdinary).Select(Math.Abs)];
        if (sizes.Length == 0)
        {
            return WholeNumber;
        }
        double largest = sizes.Max();
        double smallest = sizes.Min();
        bool wide = largest / smallest > WidestRange || largest > LargestPlain;
        if (Array.TrueForAll(sizes, size => size == Math.Ceiling(size)))
        {
            return wide ? Exponent : WholeNumber;
        }
        return wide || smallest < SmallestPlain ? Exponent : FourDecimals;
    }

    private static bool IsOrdinary(double value) => double.IsFinite(value) && value != 0;

    private static string WholeNumber(double value) =>
        double.IsFinite(value) ? $"{value.ToString("F0", CultureInfo.InvariantCulture)}." : Special(value);

    private static string FourDecimals(double value) =>
        double.IsFinite(value) ? Round(value.ToString("F60", CultureInfo.InvariantCulture), 4) : Special(value);

    private static string Exponent(double value)
    {
        if (!double.IsFinite(value))
        {
            return Special(value);
        }
        string text = value.ToString("E60", CultureInfo.InvariantCulture);
        int mark = text.IndexOf('E', StringComparison.Ordinal);
        string mantissa = Round(text[..mark], 4);
        int exponent = int.Parse(text.AsSpan(mark + 1), CultureInfo.InvariantCulture);
        if (
            mantissa.StartsWith("10.", StringComparison.Ordinal)
            || mantissa.StartsWith("-10.", StringComparison.Ordinal)
        )
        {
            mantissa = mantissa.Replace("10.0000", "1.0000", StringComparison.Ordinal);
            exponent++;
        }
        return $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }

    private static string Special(double value) =>
        double.IsNaN(value) ? "nan"
        : value > 0 ? "inf"
        : "-inf";

    // Python rounds the exact value, halves to even; .NET rounds halves away from zero. decimal does as Python, once it has few digits.
    private static string Round(string exact, int decimals)
    {
        int dot = exact.IndexOf('.', StringComparison.Ordinal);
        // What follows the next 18 digits only says whether there is anything: a half is no half any more.
        bool rest = exact.AsSpan(dot + 1 + 18).ContainsAnyExcept('0');
        decimal value = decimal.Parse($"{exact[..(dot + 1 + 18)]}{(rest ? '1' : '0')}", CultureInfo.InvariantCulture);
        string rounded = Math.Round(Math.Abs(value), decimals, MidpointRounding.ToEven)
            .ToString("F4", CultureInfo.InvariantCulture);
        return exact[0] == '-' ? $"-{rounded}" : rounded;
    }
}
