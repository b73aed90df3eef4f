using Pth.Bytes;

namespace Pth.Formats;

/// <summary>What a container's reader gives.</summary>
/// <param name="Root">What the file holds.</param>
/// <param name="Info">What the container says of itself.</param>
internal sealed record ContainerContent(PyValue Root, ContainerInfo Info) : IDisposable
{
    /// <summary>Values that lie beside the root, by the names of their records; null where none do.</summary>
    public PyDict? Beside { get; init; }

    /// <summary>What the storages were copied to; null when they lie in the source.</summary>
    public ByteSource? Memory { get; init; }

    /// <summary>The files and memory that the storages lie in, closed with the content.</summary>
    public IReadOnlyList<IDisposable> Owned { get; init; } = [];

    /// <summary>Checks all recorded checksums; null where the container records none.</summary>
    public Func<IProgress<TransferProgress>?, CancellationToken, ChecksumReport>? VerifyChecksums { get; init; }

    public void Dispose()
    {
        Memory?.Dispose();
        foreach (IDisposable owned in Owned)
        {
            owned.Dispose();
        }
    }
}
