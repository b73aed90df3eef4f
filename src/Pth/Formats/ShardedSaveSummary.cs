using System.Collections.ObjectModel;

namespace Pth;

/// <summary>What <c>Checkpoint.SaveSharded</c> wrote.</summary>
/// <param name="Files">The names of the files with tensors, in their order.</param>
/// <param name="Index">The name of the index; null where one file was enough.</param>
/// <param name="TotalSize">The bytes of all tensors, each storage once.</param>
/// <param name="Removed">The names of files of an earlier save that were removed.</param>
public sealed record ShardedSaveSummary(
    IReadOnlyList<string> Files,
    string? Index,
    long TotalSize,
    IReadOnlyList<string> Removed
)
{
    /// <summary>What <see cref="WriteOptions.TensorsOnly"/> left out, a line each: its path, and what it is.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>The names that <see cref="SharedTensorPolicy.KeepFirst"/> dropped, and the name that was kept for each.</summary>
    public IReadOnlyDictionary<string, string> Dropped { get; init; } = ReadOnlyDictionary<string, string>.Empty;
}
