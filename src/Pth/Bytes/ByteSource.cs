namespace Pth.Bytes;

/// <summary>
/// Bytes that can be read at any offset: a mapped file, memory, or something made on first use.
/// Everything that reads stands on this; nothing above it knows where bytes come from.
/// </summary>
internal abstract class ByteSource : IDisposable
{
    /// <summary>What errors call it: the path as given, or a name in angle brackets.</summary>
    public abstract string Name { get; }

    public abstract long Length { get; }

    /// <summary>Whether the bytes lie outside managed memory, in one piece, so that a pointer to them stays good.</summary>
    public virtual bool IsNative => false;

    /// <summary>Whether the bytes lie in a file: a few of them are read faster than they are looked at, which maps the file and faults on each page.</summary>
    public virtual bool IsFile => false;

    /// <summary>The bytes themselves, without a copy. Valid until the source is disposed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range lies outside the source.</exception>
    /// <exception cref="ObjectDisposedException">The source is closed.</exception>
    public abstract ReadOnlySpan<byte> GetSpan(long offset, int length);

    /// <summary>Copies bytes out; for files by a positioned read, which is faster than touching a mapping page by page.</summary>
    public virtual void CopyTo(long offset, Span<byte> destination) =>
        GetSpan(offset, destination.Length).CopyTo(destination);

    /// <summary>The bytes in place or copied to the buffer, whichever is faster. For who reads long runs once.</summary>
    public virtual ReadOnlySpan<byte> Read(long offset, int length, Span<byte> buffer) => GetSpan(offset, length);

    /// <summary>What the bytes are a part of, and where they begin in it.</summary>
    public virtual (ByteSource Whole, long Offset) Locate() => (this, 0);

    /// <summary>A part of this source. It does not own it.</summary>
    public virtual ByteSource Slice(long offset, long length) => new SlicedSource(this, offset, length);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) { }

    protected void CheckRange(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length - offset);
    }
}
