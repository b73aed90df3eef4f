using System.Collections.ObjectModel;

namespace Pth;

/// <summary>What <c>Checkpoint.Save</c> wrote.</summary>
/// <param name="FileLength">The length of the file in bytes.</param>
/// <param name="StorageCount">The number of storages in it; of tensors, in a format of nothing but tensors.</param>
/// <param name="StorageBytes">Their bytes together.</param>
/// <param name="UnusedBytes">
/// Those of their bytes that lie outside every tensor that was saved: what <see cref="WriteOptions.Compact"/> would not have written.
/// </param>
public sealed record SaveSummary(long FileLength, int StorageCount, long StorageBytes, long UnusedBytes)
{
    /// <summary>What <see cref="WriteOptions.TensorsOnly"/> left out, a line each: its path, and what it is.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>The names that <see cref="SharedTensorPolicy.KeepFirst"/> dropped, and the name that was kept for each.</summary>
    public IReadOnlyDictionary<string, string> Dropped { get; init; } = ReadOnlyDictionary<string, string>.Empty;
}
