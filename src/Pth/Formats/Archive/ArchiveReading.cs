using Pth.Tensors;

namespace Pth.Formats.Archive;

/// <summary>What a container's reader makes of an archive.</summary>
/// <param name="Root">What the file holds.</param>
/// <param name="Info">What it says of itself.</param>
/// <param name="Storages">The storages that its pickles named.</param>
internal sealed record ArchiveReading(PyValue Root, ContainerInfo Info, IEnumerable<Storage> Storages)
{
    /// <summary>What lies beside the root, by record; null where nothing does.</summary>
    public PyDict? Beside { get; init; }
}
