namespace Pth;

/// <summary>What <see cref="Checkpoint.VerifyChecksums"/> found.</summary>
/// <param name="Verified">How many records have the checksum that the file records for them.</param>
/// <param name="Unrecorded">How many have none recorded, as when PyTorch's checksums are off.</param>
/// <param name="Failures">What is wrong with the others, in the order of the file.</param>
public sealed record ChecksumReport(int Verified, int Unrecorded, IReadOnlyList<CheckpointException> Failures)
{
    /// <summary>The same failures, each with the tensors whose bytes the record holds: none for the records that say what the file is.</summary>
    public IReadOnlyList<DamagedRecord> Damaged { get; init; } = [];
}
