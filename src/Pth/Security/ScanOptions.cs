namespace Pth;

/// <summary>How a scan is made.</summary>
public sealed record ScanOptions
{
    /// <summary>The defaults: for files from anywhere.</summary>
    public static ScanOptions Default { get; } = new();

    /// <summary>
    /// Classes and functions of one's own that count as safe: <c>mylab.nets.Block</c>, or <c>mylab.nets.*</c> for all below. A star does not
    /// reach known ways to run code; those must be named one by one.
    /// </summary>
    public IReadOnlyCollection<string> Allowed { get; init; } = [];

    /// <summary>How deep containers in containers are looked into.</summary>
    public int MaxDepth { get; init; } = 6;

    /// <summary>The most findings that are kept of one file. The level counts them all.</summary>
    public int MaxFindings { get; init; } = 1_000;
}
