using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Pth.Bytes;

/// <summary>A file, read by position for copies and mapped into memory when it is first asked for a span.</summary>
/// <remarks>
/// After <see cref="ByteSource.Dispose()"/> every access throws. A span that was handed out before points to nothing afterwards:
/// whoever closes a source while a span of it is in use is at fault, and the garbage collector never does it for him.
/// A file that another program cuts short while it is mapped ends this process at the first touch of the lost pages, as mapping does
/// everywhere; a copy reports it as an <see cref="IOException"/>.
/// </remarks>
internal sealed unsafe class FileSource : ByteSource
{
    // Every reader of containers looks at the first bytes to see whether the file is its own: one read serves them all.
    private const int HeadLength = 4_096;

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly Lock _gate = new();
    private MemoryMappedFile? _mapping;
    private MemoryMappedViewAccessor? _view;
    private volatile byte* _start;
    private volatile byte[]? _head;
    private volatile bool _closed;

    private FileSource(string path, SafeFileHandle file, long length)
    {
        _path = path;
        _file = file;
        Length = length;
    }

    public override string Name => _path;

    public override long Length { get; }

    /// <summary>Opens a file; what cannot be mapped, as a pipe (<c>/dev/stdin</c>), is read into memory.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops waiting for whoever writes into a pipe.</param>
    public static ByteSource Open(string path, CancellationToken cancellationToken = default) =>
        cancellationToken.CanBeCanceled
        && OperatingSystemCalls.KindOf(path) is FileKind.Pipe or FileKind.Socket or FileKind.Device
            ? AbandonedWait.For(() => OpenAny(path, cancellationToken), cancellationToken)
            : OpenAny(path, cancellationToken);

    private static ByteSource OpenAny(string path, CancellationToken cancellationToken)
    {
        // Others may write or replace the file meanwhile, as PyTorch lets them.
        SafeFileHandle file = File.OpenHandle(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete
        );
        try
        {
            if (OperatingSystemCalls.IsRegularFile(path, file))
            {
                return new FileSource(path, file, RandomAccess.GetLength(file));
            }
            using var stream = new FileStream(file, FileAccess.Read, bufferSize: 0);
            return StreamSource.ReadAll(stream, path, cancellationToken);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens an ordinary file to look at it; null where it is none, or turned out to be none. It never waits.</summary>
    public static FileSource? OpenRegular(string path)
    {
        SafeFileHandle file = OperatingSystemCalls.OpenToLook(path);
        try
        {
            if (OperatingSystemCalls.LengthIfRegular(path, file) is >= 0 and var length)
            {
                return new FileSource(path, file, length);
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }
        file.Dispose();
        return null;
    }

    public override bool IsNative => true;

    public override bool IsFile => true;

    public override ReadOnlySpan<byte> GetSpan(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        CheckRange(offset, length);
        byte* start = _start;
        return new ReadOnlySpan<byte>((start is null ? Map() : start) + offset, length);
    }

    public override void CopyTo(long offset, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        CheckRange(offset, destination.Length);
        if (offset + destination.Length <= HeadLength)
        {
            Head().AsSpan((int)offset, destination.Length).CopyTo(destination);
            return;
        }
        ReadWhole(offset, destination);
    }

    public override ReadOnlySpan<byte> Read(long offset, int length, Span<byte> buffer)
    {
        CopyTo(offset, buffer[..length]);
        return buffer[..length];
    }

    /// <summary>
    /// Maps a part of the file once more, for somebody who keeps it when this source is closed and may write to it: what is written stays in his
    /// memory, page by page, and never reaches the file.
    /// </summary>
    public MemoryMappedViewAccessor MapPrivately(long offset, long length)
    {
        CheckRange(offset, length);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (RandomAccess.GetLength(_file) < Length)
            {
                throw Shortened();
            }
            // The view stays when the mapping object and the file are closed.
            using var mapping = MemoryMappedFile.CreateFromFile(
                _file,
                mapName: null,
                capacity: 0,
                MemoryMappedFileAccess.CopyOnWrite,
                HandleInheritability.None,
                leaveOpen: true
            );
            return mapping.CreateViewAccessor(offset, length, MemoryMappedFileAccess.CopyOnWrite);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_gate)
            {
                Close();
            }
        }
        base.Dispose(disposing);
    }

    private byte[] Head()
    {
        if (_head is { } head)
        {
            return head;
        }
        head = GC.AllocateUninitializedArray<byte>((int)Math.Min(Length, HeadLength));
        ReadWhole(0, head);
        return _head = head;
    }

    private void ReadWhole(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            int count = RandomAccess.Read(_file, destination, offset);
            if (count == 0)
            {
                throw Shortened();
            }
            destination = destination[count..];
            offset += count;
        }
    }

    private byte* Map()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            // Nothing cannot be mapped.
            if (_start is null && Length > 0)
            {
                if (RandomAccess.GetLength(_file) < Length)
                {
                    throw Shortened();
                }
                _mapping = MemoryMappedFile.CreateFromFile(
                    _file,
                    mapName: null,
                    capacity: 0,
                    MemoryMappedFileAccess.Read,
                    HandleInheritability.None,
                    leaveOpen: true
                );
                _view = _mapping.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
                byte* start = null;
                _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
                _start = start + _view.PointerOffset;
            }
            return _start;
        }
    }

    private void Close()
    {
        if (_closed)
        {
            return;
        }
        _closed = true;
        if (_start is not null)
        {
            _start = null;
            _view!.SafeMemoryMappedViewHandle.ReleasePointer();
        }
        _view?.Dispose();
        _mapping?.Dispose();
        _file.Dispose();
    }

    private EndOfStreamException Shortened() =>
        new($"'{_path}' has become shorter than {Length} bytes since it was opened.");
}
