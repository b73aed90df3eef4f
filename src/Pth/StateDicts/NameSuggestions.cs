namespace Pth;

/// <summary>Finds the names that somebody may have meant.</summary>
public static class NameSuggestions
{
    private const int MaxSuggestions = 3;

    // Longer names are compared by their ends alone: the work grows with the product of the lengths.
    private const int MaxLength = 256;

    /// <summary>The names that are nearest to one that is not there: at most three, the nearest first, none that is far off.</summary>
    /// <param name="wanted">The name that was asked for.</param>
    /// <param name="names">The names that there are.</param>
    public static IReadOnlyList<string> For(string wanted, IEnumerable<string> names)
    {
        int farthest = Math.Max(2, wanted.Length / 3);
        return
        [
            .. names
                .Distinct(StringComparer.Ordinal)
                .Select(name => (Name: name, Distance: Distance(wanted, name, farthest)))
                .Where(near => near.Distance <= farthest)
                .OrderBy(near => near.Distance)
                .ThenBy(near => near.Name, StringComparer.Ordinal)
                .Take(MaxSuggestions)
                .Select(near => near.Name),
        ];
    }

    private static int Distance(string wanted, string name, int farthest)
    {
        // A prefix too many or too few is the commonest mistake of all.
        if (
            wanted.Length > 0
            && name.Length > 0
            && (
                name.EndsWith("." + wanted, StringComparison.OrdinalIgnoreCase)
                || wanted.EndsWith("." + name, StringComparison.OrdinalIgnoreCase)
            )
        )
        {
            return 1;
        }
        return Math.Abs(wanted.Length - name.Length) > farthest ? int.MaxValue : Levenshtein(End(wanted), End(name));
    }

    private static ReadOnlySpan<char> End(string name) => name.AsSpan(Math.Max(0, name.Length - MaxLength));

    /// <summary>How many letters must be changed, put in or left out; upper and lower case count as one.</summary>
    private static int Levenshtein(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        Span<int> row = stackalloc int[MaxLength + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int change = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                int next = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + change);
                diagonal = row[j];
                row[j] = next;
            }
        }
        return row[b.Length];
    }
}
