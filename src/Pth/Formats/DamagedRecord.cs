namespace Pth;

/// <summary>A record whose checksum is wrong.</summary>
/// <param name="Failure">What is wrong, and in which record of which file.</param>
/// <param name="Tensors">The tensors that have bytes in it; which of them are other than they were, a checksum of the record does not say.</param>
public sealed record DamagedRecord(CheckpointException Failure, IReadOnlyList<NamedTensor> Tensors);
