namespace Pth;

/// <summary>What <c>Checkpoint.Save</c> wrote.</summary>
/// <param name="FileLength">The length of the file in bytes.</param>
/// <param name="StorageCount">The number of storages in it.</param>
/// <param name="StorageBytes">Their bytes together.</param>
/// <param name="UnusedBytes">
/// Those of their bytes that lie outside every tensor that was saved: what <see cref="WriteOptions.Compact"/> would not have written.
/// </param>
public sealed record SaveSummary(long FileLength, int StorageCount, long StorageBytes, long UnusedBytes);
