using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pth.Bytes;

/// <summary>Everything that is asked of the operating system beyond what .NET offers. Each has a portable way, which may be to do nothing.</summary>
internal static unsafe partial class OperatingSystemCalls
{
    private const int AdviceHugePage = 14;
    private const int AtEmptyPath = 0x1000;
    private const uint StatxType = 1;
    private const int StatxSize = 256;
    private const int StatxModeOffset = 28;
    private const int FileTypeMask = 0xF000;
    private const int RegularFile = 0x8000;

    /// <summary>Asks for huge pages: an eighth of the time to fill fresh memory. Advice only: a refusal changes nothing.</summary>
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
        if (OperatingSystem.IsLinux())
        {
            byte* status = stackalloc byte[StatxSize];
            if (Statx((int)file.DangerousGetHandle(), "", AtEmptyPath, StatxType, status) == 0)
            {
                return (*(ushort*)(status + StatxModeOffset) & FileTypeMask) == RegularFile;
            }
        }
        return !IsDevicePath(path) && FileIsSeekable(file);
    }

    private static bool IsDevicePath(string path) =>
        Path.GetFullPath(path).StartsWith(OperatingSystem.IsWindows() ? @"\\.\" : "/dev/", StringComparison.Ordinal);

    private static bool FileIsSeekable(SafeFileHandle file)
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

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int MemoryAdvise(void* start, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Statx(int directory, string path, int flags, uint mask, void* status);
}
