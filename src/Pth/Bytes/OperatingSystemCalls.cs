using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pth.Bytes;

/// <summary>
/// Everything that is asked of the operating system beyond what .NET offers. Each has a portable way, which may be to do nothing.
/// </summary>
internal static unsafe partial class OperatingSystemCalls
{
    private const int AdviceHugePage = 14;
    private const int AtEmptyPath = 0x1000;
    private const int AtWorkingFolder = -100;
    private const uint StatxTypeModeOwnerAndSize = 0x1 | 0x2 | 0x8 | 0x10 | 0x200;
    private const int OpenReadOnly = 0;
    private const int ErrorInvalidArgument = 22;
    private const int FileTypeMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const int Folder = 0x4000;
    private const int Pipe = 0x1000;
    private const int Socket = 0xC000;
    private const int LinuxOpenToLook = 0x800 | 0x100 | 0x80000;
    private const int MacOpenToLook = 0x4 | 0x20000 | 0x1000000;

    /// <summary>Asks for huge pages: a sixth of the time to fill fresh memory. Advice only: a refusal changes nothing.</summary>
    public static void AdviseHugePages(void* start, nuint length)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = MemoryAdvise(start, length, AdviceHugePage);
        }
    }

    /// <summary>Whether the file has bytes at positions, so that it can be mapped and replaced; devices, pipes and sockets have not.</summary>
    public static bool IsRegularFile(string path, SafeFileHandle file)
    {
        if (TryGetStatus((int)file.DangerousGetHandle(), "", AtEmptyPath, out FileStatus status))
        {
            return (status.Mode & FileTypeMask) == RegularFile;
        }
        return !IsDevicePath(path) && IsSeekable(file);
    }

    /// <summary>The length of an ordinary file; -1 where it is none.</summary>
    public static long LengthIfRegular(string path, SafeFileHandle file)
    {
        if (TryGetStatus((int)file.DangerousGetHandle(), "", AtEmptyPath, out FileStatus status))
        {
            return (status.Mode & FileTypeMask) == RegularFile ? status.Size : -1;
        }
        return IsRegularFile(path, file) ? RandomAccess.GetLength(file) : -1;
    }

    /// <summary>What a path leads to, links followed; unknown where the system cannot tell or there is nothing.</summary>
    public static FileKind KindOf(string path) =>
        !TryGetStatus(AtWorkingFolder, path, 0, out FileStatus status)
            ? FileKind.Unknown
            : (status.Mode & FileTypeMask) switch
            {
                RegularFile => FileKind.Regular,
                Folder => FileKind.Folder,
                Pipe => FileKind.Pipe,
                Socket => FileKind.Socket,
                _ => FileKind.Device,
            };

    /// <summary>
    /// Opens a file to look at it, without waiting for whoever writes into a pipe. Nobody's locks are asked for, since nobody is kept out.
    /// </summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static SafeFileHandle OpenToLook(string path)
    {
        int flags =
            OperatingSystem.IsLinux() ? LinuxOpenToLook
            : OperatingSystem.IsMacOS() ? MacOpenToLook
            : -1;
        int file = flags < 0 ? -1 : Open(path, flags);
        // .NET says in words why a file cannot be opened.
        return file >= 0
            ? new SafeFileHandle(file, ownsHandle: true)
            : File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <summary>
    /// Whether the path names a device, or under <c>/proc</c> something that a process has open. <c>/dev/shm</c> is a folder of ordinary files.
    /// </summary>
    public static bool IsDevicePath(string path)
    {
        string full = Path.GetFullPath(path);
        return OperatingSystem.IsWindows()
            ? full.StartsWith(@"\\.\", StringComparison.Ordinal)
            : full.StartsWith("/proc/", StringComparison.Ordinal)
                || (
                    full.StartsWith("/dev/", StringComparison.Ordinal)
                    && !full.StartsWith("/dev/shm/", StringComparison.Ordinal)
                );
    }

    /// <summary>Gives a new file the permissions of the one that it will replace, where there is one; its owner only where that is allowed.</summary>
    public static void CopyPermissions(string oldPath, SafeFileHandle newFile)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(oldPath))
        {
            return;
        }
        if (TryGetStatus(AtWorkingFolder, oldPath, 0, out FileStatus status))
        {
            _ = ChangeOwner((int)newFile.DangerousGetHandle(), status.User, status.Group);
        }
        File.SetUnixFileMode(newFile, File.GetUnixFileMode(oldPath));
    }

    /// <summary>Waits until the names in a folder are on the disk.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            // NTFS keeps its journal by itself, and a folder cannot be flushed.
            return;
        }
        int folder = Open(path, OpenReadOnly);
        int error = folder < 0 ? Marshal.GetLastPInvokeError() : 0;
        if (folder >= 0)
        {
            error = Sync(folder) < 0 ? Marshal.GetLastPInvokeError() : 0;
            _ = Close(folder);
        }
        // File systems that cannot sync a folder say that the argument is invalid.
        if (error is not (0 or ErrorInvalidArgument))
        {
            throw new IOException($"Could not sync the folder '{path}': {new Win32Exception(error).Message}.");
        }
    }

    /// <returns>Whether the system can tell: Linux since 4.11, with glibc since 2.28 or musl since 1.2.5.</returns>
    private static bool TryGetStatus(int folder, string path, int flags, out FileStatus status)
    {
        status = default;
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }
        try
        {
            fixed (FileStatus* target = &status)
            {
                return Statx(folder, path, flags, StatxTypeModeOwnerAndSize, target) == 0;
            }
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    private static bool IsSeekable(SafeFileHandle file)
    {
        try
        {
            return RandomAccess.GetLength(file) >= 0;
        }
        catch (NotSupportedException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int MemoryAdvise(void* start, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Statx(int folder, string path, int flags, uint mask, FileStatus* status);

    [LibraryImport("libc", EntryPoint = "fchown")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int ChangeOwner(int file, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Sync(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Close(int file);

    /// <summary>The head of Linux's <c>struct statx</c>, which is the same on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct FileStatus
    {
        [FieldOffset(20)]
        public uint User;

        [FieldOffset(24)]
        public uint Group;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(40)]
        public long Size;
    }
}
