namespace Pth.Cli.Output;

/// <summary>What the command line says of a file that cannot be written.</summary>
internal static class OutputFile
{
    private const int NoSpace = 28;
    private const int NoSpaceOnWindows = unchecked((int)0x80070070);

    /// <summary>Does what writes to a path, and calls the path in errors as the command line does.</summary>
    /// <exception cref="CommandException">It cannot be written.</exception>
    public static T Access<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
        {
            throw new CommandException($"{path}: there is no such folder");
        }
        catch (UnauthorizedAccessException)
        {
            throw new CommandException(Directory.Exists(path) ? $"{path}: is a folder" : $"{path}: may not be written");
        }
        catch (IOException e)
        {
            throw new CommandException($"{path}: {(IsDiskFull(e) ? "the disk is full" : e.Message)}");
        }
    }

    // Taking space in advance fails without a code, and with a text that names the temporary file.
    private static bool IsDiskFull(IOException e) =>
        e.HResult is NoSpace or NoSpaceOnWindows
        || e.Message.EndsWith("because the disk was full.", StringComparison.Ordinal);
}
