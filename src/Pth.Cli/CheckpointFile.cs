namespace Pth.Cli;

/// <summary>Opens what the command line names, and calls it in errors as the command line does.</summary>
internal static class CheckpointFile
{
    /// <param name="path">As on the command line.</param>
    /// <param name="limits">How much it may ask for.</param>
    /// <param name="cancellationToken">Stops waiting for a pipe.</param>
    /// <exception cref="CommandException">There is no such file, or it may not be read.</exception>
    /// <exception cref="CheckpointException">It is not what it should be.</exception>
    public static Checkpoint Open(string path, ReadLimits limits, CancellationToken cancellationToken) =>
        Access(
            path,
            () => Checkpoint.Open(path, new ReadOptions { Limits = limits, CancellationToken = cancellationToken })
        );

    /// <summary>The bytes of a file, or of all files in a folder.</summary>
    public static long LengthOf(string path) =>
        Directory.Exists(path)
            ? new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length)
            : new FileInfo(path).Length;

    /// <summary>Opens a file by other means than <see cref="Open"/>.</summary>
    public static T Access<T>(string path, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException($"{path}: there is no such file");
        }
        catch (UnauthorizedAccessException)
        {
            // Opening a folder is refused in the same way.
            throw new CommandException(Directory.Exists(path) ? $"{path}: is a folder" : $"{path}: may not be read");
        }
    }
}
