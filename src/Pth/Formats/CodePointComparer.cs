namespace Pth.Formats;

/// <summary>The order of texts by their code points, which is that of their UTF-8 bytes: as Python and Rust sort.</summary>
internal sealed class CodePointComparer : IComparer<string>
{
    public static CodePointComparer Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        int same = x.AsSpan().CommonPrefixLength(y);
        return same == x?.Length || same == y?.Length || x is null || y is null
            ? (x?.Length ?? -1) - (y?.Length ?? -1)
            : Rank(x[same]) - Rank(y[same]);
    }

    // Halves of surrogate pairs stand for code points above all others, though their numbers are not the highest.
    private static int Rank(char unit) =>
        unit switch
        {
            < '\uD800' => unit,
            < '\uE000' => unit + 0x2000,
            _ => unit - 0x800,
        };
}
