using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Pth.Bytes;

/// <summary>The files that are written beside a target and renamed over it, and those of them that nobody will rename any more.</summary>
/// <remarks>
/// A process that is killed leaves its file behind. It is taken for left behind when nobody holds its lock and the process that its name gives
/// is gone; of another machine's processes nothing is known, and their files must be old as well. Where locks do not work, nothing is removed.
/// </remarks>
internal static class TemporaryFiles
{
    private const string Prefix = ".pth-";
    private const string Suffix = ".tmp";

    /// <summary>How long a file of another machine stays. None is written for so long without a byte.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    /// <summary>A name that no other file has, with the machine and the process in it.</summary>
    public static string NewName() => $"{Prefix}{Machine()}-{Environment.ProcessId}-{Guid.NewGuid():N}{Suffix}";

    /// <summary>Removes from a folder what killed processes left in it. What cannot be removed stays.</summary>
    public static void RemoveStale(string folder)
    {
        try
        {
            string[] stale = [.. Directory.EnumerateFiles(folder, $"{Prefix}*{Suffix}").Where(IsAbandoned)];
            Array.ForEach(stale, Remove);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A folder may be written to and not listed; whoever writes to it is told by the write what else is wrong.
        }
    }

    private static string Machine() =>
        FastCrc32.Hash(Encoding.UTF8.GetBytes(Environment.MachineName)).ToString("x8", CultureInfo.InvariantCulture);

    private static bool IsAbandoned(string path)
    {
        string[] parts = Path.GetFileName(path)[Prefix.Length..^Suffix.Length].Split('-');
        if (
            parts.Length != 3
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int process)
            || !Guid.TryParseExact(parts[2], "N", out _)
        )
        {
            // Not named here.
            return false;
        }
        DateTime written = File.GetLastWriteTimeUtc(path);
        return parts[0] == Machine() ? !IsAlive(process, written) : DateTime.UtcNow - written > Abandoned;
    }

    /// <summary>Whether the process lives that wrote at a time; one that began later has only its number.</summary>
    private static bool IsAlive(int id, DateTime written)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited && process.StartTime.ToUniversalTime() <= written;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (Exception fault) when (fault is InvalidOperationException or Win32Exception or NotSupportedException)
        {
            // It went just now, or is not ours to ask: the next save will see.
            return true;
        }
    }

    /// <summary>Whether a file that is open for one alone is closed to others here: some network file systems have no locks.</summary>
    private static bool IsLocked(string path)
    {
        try
        {
            using SafeFileHandle second = Open(path);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static void Remove(string path)
    {
        try
        {
            using (SafeFileHandle file = Open(path))
            {
                if (!OperatingSystemCalls.IsRegularFile(path, file) || !IsLocked(path))
                {
                    return;
                }
                // With the lock in hand; Windows deletes no open file.
                if (!OperatingSystem.IsWindows())
                {
                    File.Delete(path);
                    return;
                }
            }
            File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Somebody holds its lock, or it is another's.
        }
    }

    private static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
}
