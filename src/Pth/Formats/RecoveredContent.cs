namespace Pth.Formats;

/// <summary>What is left of a damaged file, with all that its pickle or header names.</summary>
/// <param name="Root">What the file held; also the tensors that are lost are in it.</param>
/// <param name="Info">What kind of file it was.</param>
/// <param name="Losses">The storages whose bytes are not all there.</param>
internal sealed record RecoveredContent(
    PyValue Root,
    ContainerInfo Info,
    IReadOnlyDictionary<Storage, StorageLoss> Losses
)
{
    /// <summary>What is wrong with the file itself, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
