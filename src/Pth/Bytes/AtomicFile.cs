using Microsoft.Win32.SafeHandles;

namespace Pth.Bytes;

/// <summary>
/// A file that appears whole or not at all: written beside its target under another name, synced, and renamed over it.
/// </summary>
/// <remarks>
/// A symbolic link stays, and the file it points to is replaced, as <c>open(path, "wb")</c> would write through it. Permissions and, where the
/// system lets us, the owner of the old file are kept; a new file follows the umask. Other hard links to the old file keep the old content.
/// The space is taken first, so that a full disk shows before the first byte is written. What a process left that was killed here is removed
/// (<see cref="TemporaryFiles"/>). Two that save one target at once both write a whole file, and the later rename counts.
/// </remarks>
internal sealed class AtomicFile : ByteSink
{
    private readonly string _target;
    private readonly string _temporary;
    private readonly long _length;
    private readonly Durability _durability;
    private readonly SafeFileHandle _file;
    private bool _done;

    public AtomicFile(string path, long length, Durability durability)
    {
        _target = FollowLinks(path);
        _length = length;
        _durability = durability;
        string folder = Path.GetDirectoryName(_target)!;
        // First, as they may be what fills the disk.
        TemporaryFiles.RemoveStale(folder);
        _temporary = Path.Combine(folder, TemporaryFiles.NewName());
        _file = File.OpenHandle(
            _temporary,
            FileMode.CreateNew,
            FileAccess.Write,
            FileShare.None,
            FileOptions.None,
            preallocationSize: length
        );
        try
        {
            OperatingSystemCalls.CopyPermissions(_target, _file);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public override bool IsPositioned => true;

    public override void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(_file, bytes, offset);

    /// <exception cref="IOException">The bytes did not reach the disk, or the file could not be renamed. The old file is as it was.</exception>
    public override void Commit()
    {
        long length = RandomAccess.GetLength(_file);
        if (length != _length)
        {
            throw new InvalidOperationException($"{length} bytes were written, {_length} announced.");
        }
        if (_durability == Durability.Synced)
        {
            RandomAccess.FlushToDisk(_file);
        }
        _file.Dispose();
        File.Move(_temporary, _target, overwrite: true);
        _done = true;
        if (_durability == Durability.Synced)
        {
            OperatingSystemCalls.SyncFolder(Path.GetDirectoryName(_target)!);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_done)
        {
            _done = true;
            _file.Dispose();
            try
            {
                File.Delete(_temporary);
            }
            catch (DirectoryNotFoundException)
            {
                // It went with its folder.
            }
        }
    }

    private static string FollowLinks(string path)
    {
        string full = Path.GetFullPath(path);
        return new FileInfo(full).LinkTarget is null
            ? full
            : File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
    }
}
