using System.CommandLine;
using Pth.Cli.Console;
using Pth.Cli.Parsing;

namespace Pth.Cli;

/// <summary>The whole program: arguments in, exit code out. The only place where an exception becomes a line of text.</summary>
internal static class App
{
    public static int Run(IReadOnlyList<string> args, ICommandConsole console, CancellationToken cancellationToken)
    {
        try
        {
            int exitCode = Dispatch(args, console, cancellationToken);
            console.Out.Flush();
            return exitCode;
        }
        catch (Exception exception) when (Failure.Describe(exception) is { } failure)
        {
            return Report(failure.WithWayOut(args, exception), console);
        }
    }

    private static int Dispatch(
        IReadOnlyList<string> args,
        ICommandConsole console,
        CancellationToken cancellationToken
    )
    {
        var commandLine = new CommandLine(command => command.Run(console, cancellationToken));
        ParseResult result = commandLine.Parse(args);
        if (commandLine.AsksForHelp(result))
        {
            HelpText.Write(result.CommandResult.Command, console);
            return ExitCode.Yes;
        }
        if (commandLine.AsksForVersion(result))
        {
            console.Out.WriteLine($"pth {ProgramVersion.Text}");
            return ExitCode.Yes;
        }
        if (result.Errors.Count > 0)
        {
            throw commandLine.Explain(result);
        }
        return result.Invoke(CommandLine.Invocation);
    }

    private static int Report(Failure failure, ICommandConsole console)
    {
        if (failure.Line is { } line)
        {
            Flush(console);
            console.Error.WriteLine($"pth: {line}");
        }
        return failure.ExitCode;
    }

    // What was shown before the failure stays readable, unless showing it is what failed.
    private static void Flush(ICommandConsole console)
    {
        try
        {
            console.Out.Flush();
        }
        catch (IOException) { }
    }
}
