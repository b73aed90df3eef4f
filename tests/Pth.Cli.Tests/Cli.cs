namespace Pth.Cli.Tests;

/// <summary>Runs the program in this process.</summary>
internal static class Cli
{
    public static CliResult Run(params string[] args) => Run(new FakeConsole(), args);

    public static CliResult Run(FakeConsole console, params string[] args)
    {
        int exitCode = App.Run(args, console, TestContext.Current.CancellationToken);
        return new CliResult(exitCode, console.Output, console.ErrorOutput);
    }
}
