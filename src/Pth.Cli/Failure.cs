using Pth.Cli.Commands;
using Pth.Cli.Output;

namespace Pth.Cli;

/// <summary>An exception as a person should see it: one line, and the exit code.</summary>
internal sealed record Failure(string? Line, int ExitCode)
{
    /// <returns>Null for an exception that only a mistake in the program raises.</returns>
    public static Failure? Describe(Exception exception) =>
        exception switch
        {
            OperationCanceledException => new(Line: null, Cli.ExitCode.Interrupted),
            UsageException usage => Failed(
                $"{usage.Message} (see pth {usage.Command ?? ""} --help)".Replace("  ", " ")
            ),
            CheckpointException or CommandException => Failed(exception.Message),
            FileNotFoundException missing => Failed($"{missing.FileName}: there is no such file"),
            DirectoryNotFoundException or UnauthorizedAccessException => Failed(exception.Message),
            IOException io when IsBrokenPipe(io) => new(Line: null, Cli.ExitCode.BrokenPipe),
            IOException io => Failed(io.Message),
            _ => null,
        };

    /// <summary>The same, with the way out where limits stand in the way of a file of one's own.</summary>
    /// <param name="args">How the program was called.</param>
    /// <param name="exception">What was raised.</param>
    public Failure WithWayOut(IReadOnlyList<string> args, Exception exception) =>
        exception is CheckpointException { Kind: CheckpointErrorKind.LimitExceeded }
        && args.Count > 0
        && !args.Contains(Options.TrustedName, StringComparer.Ordinal)
            ? this with
            {
                Line = $"{Line}; if you trust the file: pth {args[0]} {Options.TrustedName}",
            }
            : this;

    private static Failure Failed(string line) => new(Escape.Line(line), Cli.ExitCode.Failed);

    // EPIPE as .NET on Unix passes it on; ERROR_BROKEN_PIPE and ERROR_NO_DATA on Windows.
    private static bool IsBrokenPipe(IOException exception) =>
        OperatingSystem.IsWindows()
            ? exception.HResult is unchecked((int)0x8007006D) or unchecked((int)0x800700E8)
            : exception.HResult == 32;
}
