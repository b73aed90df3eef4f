using Pth.Bytes;

namespace Pth.Formats;

/// <summary>What a container's reader gives.</summary>
/// <param name="Root">What the file holds.</param>
/// <param name="Info">What the container says of itself.</param>
/// <param name="Memory">What the storages were copied to; null when they lie in the source.</param>
internal sealed record ContainerContent(PyValue Root, ContainerInfo Info, ByteSource? Memory);
