using System.CommandLine;
using Pth.Cli.Console;
using Pth.Cli.Inspection;
using Pth.Cli.Output;
using Pth.Cli.Parsing;

namespace Pth.Cli.Commands;

/// <summary>Shows what is in a checkpoint: container, layout, oddities, and the network as a tree with its keys.</summary>
internal sealed partial class ShowCommand : ICommand
{
    public const string Schema = "pth.show/1";

    public required string File { get; init; }

    /// <summary>Whether repeated equal blocks are shown each by itself.</summary>
    public bool All { get; init; }

    /// <summary>Whether the tensors are looked through for what is not finite.</summary>
    public bool Stats { get; init; }

    /// <summary>How much a file may ask for.</summary>
    public ReadLimits Limits { get; init; } = ReadLimits.Default;

    public bool Json { get; init; }

    public static Command Describe(Func<ICommand, int> run)
    {
        Argument<string> file = Options.Argument("FILE", "The checkpoint.");
        Option<bool> all = Options.Flag(
            "--all",
            "Shows repeated equal blocks each by itself; folded otherwise: (0-11): 12 x Block."
        );
        Option<bool> stats = Options.Flag(
            "--stats",
            "Looks for NaN and infinity in every tensor. Reads all of the file."
        );
        Option<bool> trusted = Options.Trusted();
        Option<bool> json = Options.Json(Schema);
        var command = new DocumentedCommand(
            "show",
            "Shows what is in a checkpoint: who wrote it, what is odd about it, and the network as a tree with its keys."
        )
        {
            Notes =
            [
                "Classes in the tree are told from names and shapes, as far as these tell: where two fit both are given. Activations, pooling and dropout have no tensors; a gap in the numbering shows where they are.",
                "Every warning comes with the command that mends it.",
            ],
            Examples =
            [
                ("pth show model.pth", "What is inside?"),
                ("pth show llama.pth --all | less", "Every block by itself."),
                ("pth show last.ckpt --stats", "Did the training run into NaN?"),
                ("pth show model.pth --json | jq -r '.warnings[].command'", "The commands that mend it."),
            ],
        };
        command.Add(file);
        command.Add(all);
        command.Add(stats);
        command.Add(trusted);
        command.Add(json);
        command.SetAction(result =>
            run(
                new ShowCommand
                {
                    File = result.GetRequiredValue(file),
                    All = result.GetValue(all),
                    Stats = result.GetValue(stats),
                    Limits = Options.Limits(result, trusted),
                    Json = result.GetValue(json),
                }
            )
        );
        return command;
    }

    public int Run(ICommandConsole console, CancellationToken cancellationToken)
    {
        using Checkpoint checkpoint = CheckpointFile.Open(File, Limits, cancellationToken);
        CheckpointLayout layout = CheckpointLayout.Of(checkpoint.Root);
        var totals = new CheckpointTotals(checkpoint.Tensors);
        List<Warning> warnings = [.. new Warnings(File, checkpoint, layout, totals).Find()];
        if (Stats)
        {
            warnings.AddRange(NonFinite.Find(File, checkpoint.Tensors, console, cancellationToken));
        }
        ModuleTree? tree = layout.StateDict is { } location ? ModuleTree.FromLocation(location) : null;
        if (Json)
        {
            WriteJson(console, checkpoint, layout, totals, warnings, tree);
        }
        else
        {
            WriteText(console, checkpoint, layout, totals, warnings, tree);
        }
        return ExitCode.Yes;
    }
}
