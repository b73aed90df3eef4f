namespace Pth.Cli;

/// <summary>What the program tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>Yes, or done.</summary>
    public const int Yes = 0;

    /// <summary>The question was answered with no: differs, is damaged, is not there.</summary>
    public const int No = 1;

    /// <summary>It could not be done: unreadable file, wrong arguments, I/O.</summary>
    public const int Failed = 2;

    /// <summary>Stopped by Ctrl-C, as shells report it (128 + SIGINT).</summary>
    public const int Interrupted = 130;

    /// <summary>Stopped by a polite kill, as shells report it (128 + SIGTERM).</summary>
    public const int Terminated = 143;

    /// <summary>Whoever read the output went away, as shells report it (128 + SIGPIPE).</summary>
    public const int BrokenPipe = 141;
}
