using Microsoft.Win32.SafeHandles;

namespace Pth.Bytes;

/// <summary>Opens what has a path and cannot be replaced: devices, pipes, and the open files of a process.</summary>
internal static class DeviceFile
{
    /// <returns>The device, to be written in order; null where the path names an ordinary file or nothing yet.</returns>
    /// <exception cref="UnauthorizedAccessException">The path names a folder, or a file that may not be written.</exception>
    public static FileStream? TryOpen(string path)
    {
        SafeFileHandle file;
        try
        {
            // Opening for writing also proves that the file may be written: replacing it would not ask.
            file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        bool ordinary = OperatingSystemCalls.IsRegularFile(path, file);
        if (ordinary && !OperatingSystemCalls.IsDevicePath(path))
        {
            file.Dispose();
            return null;
        }
        var stream = new FileStream(file, FileAccess.Write, bufferSize: 0);
        if (ordinary)
        {
            stream.SetLength(0);
        }
        return stream;
    }
}
