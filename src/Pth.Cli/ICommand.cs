using Pth.Cli.Console;

namespace Pth.Cli;

/// <summary>One thing the program does, with its inputs as properties.</summary>
internal interface ICommand
{
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">The inputs contradict each other.</exception>
    /// <exception cref="CheckpointException">A file is not what it should be.</exception>
    int Run(ICommandConsole console, CancellationToken cancellationToken);
}
