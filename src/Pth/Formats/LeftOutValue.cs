namespace Pth.Formats;

/// <summary>A value that a format cannot hold.</summary>
/// <param name="Path">Its path from the root.</param>
/// <param name="Reason">What it is.</param>
internal readonly record struct LeftOutValue(string Path, string Reason)
{
    private const int PathsShown = 5;

    /// <summary>All of them in one line, those with one reason together: a model of a type that a format lacks has hundreds.</summary>
    public static string Summarize(IEnumerable<LeftOutValue> values) =>
        string.Join(
            "; ",
            values
                .GroupBy(value => value.Reason, value => value.Path, StringComparer.Ordinal)
                .Select(group => Summarize(group.Key, [.. group]))
        );

    public override string ToString() => $"{Path}: {Reason}";

    private static string Summarize(string reason, IReadOnlyList<string> paths)
    {
        string shown = string.Join(", ", paths.Take(PathsShown));
        return paths.Count <= PathsShown
            ? $"{shown}: {reason}"
            : $"{shown} and {paths.Count - PathsShown} more: {reason}";
    }
}
