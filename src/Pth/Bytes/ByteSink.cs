namespace Pth.Bytes;

/// <summary>Where bytes go: a file that replaces its predecessor when all is well, or a stream.</summary>
internal abstract class ByteSink : IDisposable
{
    /// <summary>Whether several threads may write at once, each anywhere. If not, each byte follows the one before.</summary>
    public abstract bool IsPositioned { get; }

    /// <summary>Opens a path for a whole new content of known length.</summary>
    /// <remarks>
    /// What the path names is replaced in one step (<see cref="AtomicFile"/>). A device or a pipe cannot be replaced, only written to;
    /// so is everything under <c>/dev</c> and <c>/proc</c>, where a name stands for something that is open already (<c>/dev/stdout</c>).
    /// </remarks>
    /// <exception cref="IOException">The file cannot be made; also when the disk has no room for it.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static ByteSink Create(string path, long length, Durability durability)
    {
        FileStream? device = DeviceFile.TryOpen(path);
        return device is null ? new AtomicFile(path, length, durability) : new StreamSink(device, leaveOpen: false);
    }

    public abstract void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Makes what was written count. Without it, disposing leaves everything as it was, where that is possible.</summary>
    public abstract void Commit();

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
