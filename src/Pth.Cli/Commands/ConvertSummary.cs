namespace Pth.Cli.Commands;

/// <summary>What <c>pth convert</c> wrote: one file, or a folder of several.</summary>
/// <param name="Bytes">The length of the file; of several, the bytes of their tensors.</param>
/// <param name="UnusedBytes">Those that no tensor uses.</param>
/// <param name="LeftOut">What the format cannot hold, a line each.</param>
/// <param name="Dropped">Names that were left out because they share memory, and the name that was kept for each.</param>
internal sealed record ConvertSummary(
    long Bytes,
    long UnusedBytes,
    IReadOnlyList<string> LeftOut,
    IReadOnlyDictionary<string, string> Dropped
)
{
    /// <summary>The files of a folder; empty for one file.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>The index of a folder; null where it has none.</summary>
    public string? Index { get; init; }

    /// <summary>Files that an earlier conversion left in the folder.</summary>
    public IReadOnlyList<string> Removed { get; init; } = [];

    public static ConvertSummary Of(SaveSummary summary) =>
        new(summary.FileLength, summary.UnusedBytes, summary.LeftOut, summary.Dropped);

    public static ConvertSummary Of(ShardedSaveSummary summary) =>
        new(summary.TotalSize, 0, summary.LeftOut, summary.Dropped)
        {
            Files = summary.Files,
            Index = summary.Index,
            Removed = summary.Removed,
        };
}
