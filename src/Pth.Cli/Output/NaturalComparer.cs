namespace Pth.Cli.Output;

/// <summary>Orders names as people count: <c>layer2</c> before <c>layer10</c>. Runs of digits compare as numbers of any length.</summary>
internal sealed class NaturalComparer : IComparer<string>
{
    public static NaturalComparer Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
        {
            return string.CompareOrdinal(x, y);
        }
        int i = 0;
        int j = 0;
        while (i < x.Length && j < y.Length)
        {
            int order =
                char.IsAsciiDigit(x[i]) && char.IsAsciiDigit(y[j])
                    ? CompareNumbers(TakeNumber(x, ref i), TakeNumber(y, ref j))
                    : x[i++].CompareTo(y[j++]);
            if (order != 0)
            {
                return order;
            }
        }
        int rest = (x.Length - i).CompareTo(y.Length - j);
        // 01 and 1 are equal as numbers, but two names are never equal.
        return rest != 0 ? rest : string.CompareOrdinal(x, y);
    }

    private static ReadOnlySpan<char> TakeNumber(string text, ref int index)
    {
        int start = index;
        while (index < text.Length && char.IsAsciiDigit(text[index]))
        {
            index++;
        }
        return text.AsSpan(start..index).TrimStart('0');
    }

    private static int CompareNumbers(ReadOnlySpan<char> x, ReadOnlySpan<char> y) =>
        x.Length != y.Length ? x.Length.CompareTo(y.Length) : x.SequenceCompareTo(y);
}
