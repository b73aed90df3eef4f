using Pth.Bytes;

namespace Pth.Formats;

/// <summary>What a container's reader gives.</summary>
/// <param name="Root">What the file holds.</param>
/// <param name="Info">What the container says of itself.</param>
/// <param name="Owned">Memory that storages lie in, to be freed with the checkpoint.</param>
/// <param name="NeedsSource">Whether storages lie in the source too.</param>
internal sealed record ContainerContent(
    PyValue Root,
    ContainerInfo Info,
    IReadOnlyList<ByteSource> Owned,
    bool NeedsSource
);
