using System.CommandLine;
using Pth.Cli.Console;
using Pth.Cli.Output;
using Pth.Cli.Parsing;

namespace Pth.Cli.Commands;

/// <summary>The instructions of every pickle in a file, and what they would import.</summary>
internal sealed class DisCommand : ICommand
{
    public const string Schema = "pth.dis/1";

    public required string File { get; init; }

    /// <summary>Shows only what imports.</summary>
    public bool GlobalsOnly { get; init; }

    public bool Json { get; init; }

    public static Command Describe(Func<ICommand, int> run)
    {
        Argument<string> file = Options.Argument("FILE", "A checkpoint, a pickle, an archive: any file.");
        Option<bool> globals = Options.Flag("--globals", "Shows only the instructions that import.");
        Option<bool> json = Options.Json(Schema);
        var command = new DocumentedCommand("dis", "Shows the instructions of every pickle in a file, and runs none.")
        {
            Notes =
            [
                "A line is an instruction: its offset, what it takes from the stack and leaves there ('mark' is everything down to the mark), how high the stack is then, its name and its argument. What it would import stands behind an arrow.",
            ],
            ExitCodes = "0 shown, 1 the file has no pickle, 2 it could not be done.",
            Examples =
            [
                ("pth dis model.pt | less", "What would happen, step by step?"),
                ("pth dis model.pt --globals", "What would it import, and where?"),
            ],
        };
        command.Add(file);
        command.Add(globals);
        command.Add(json);
        command.SetAction(result =>
            run(
                new DisCommand
                {
                    File = result.GetRequiredValue(file),
                    GlobalsOnly = result.GetValue(globals),
                    Json = result.GetValue(json),
                }
            )
        );
        return command;
    }

    public int Run(ICommandConsole console, CancellationToken cancellationToken)
    {
        IReadOnlyList<PickleListing> pickles = PickleListing.Read(File, cancellationToken);
        if (Json)
        {
            WriteJson(console, pickles);
        }
        else
        {
            WriteText(console, pickles);
        }
        return pickles.Count == 0 ? ExitCode.No : ExitCode.Yes;
    }

    private IEnumerable<PickleInstruction> Shown(PickleListing pickle) =>
        pickle.Instructions.Where(instruction => !GlobalsOnly || instruction.Global is not null);

    private void WriteText(ICommandConsole console, IReadOnlyList<PickleListing> pickles)
    {
        if (pickles.Count == 0)
        {
            console.Error.WriteLine($"pth: {Escape.Line(File)}: there is no pickle in it");
        }
        foreach (PickleListing pickle in pickles)
        {
            string place = pickle.Stream is null ? "" : $"{Escape.Line(pickle.Stream)} ";
            console.Out.WriteLine($"{place}@ 0x{pickle.Offset:X}");
            foreach (PickleInstruction instruction in Shown(pickle))
            {
                console.Out.WriteLine(LineOf(instruction));
            }
            if (pickle.Problem is { } problem)
            {
                console.Out.WriteLine($"  {problem}");
            }
        }
    }

    private static string LineOf(PickleInstruction instruction)
    {
        string pops = instruction.Pops is { } count ? $"{-count}" : "mark";
        string effect = $"{(pops == "0" ? "" : pops)}{(instruction.Pushes > 0 ? $"+{instruction.Pushes}" : "")}";
        string argument = instruction.Argument is { } text ? $" {Escape.Line(text)}" : "";
        string level = instruction.Level == ScanLevel.Safe ? "" : $" ({ScanCommand.NameOf(instruction.Level)})";
        string import = instruction.Global is { } global ? $"  -> {Escape.Line(global)}{level}" : "";
        return $"  {instruction.Offset, 8:X} {effect, 6} {instruction.Height, 5}  {instruction.Opcode}{argument}{import}";
    }

    private void WriteJson(ICommandConsole console, IReadOnlyList<PickleListing> pickles)
    {
        using var report = new JsonReport(console.Out, Schema);
        report.Items(
            "pickles",
            pickles,
            (item, pickle) =>
            {
                item.WriteText("stream", pickle.Stream);
                item.WriteNumber("offset", pickle.Offset);
                item.WriteText("problem", pickle.Problem);
            }
        );
        report.Items(
            "instructions",
            pickles.SelectMany((pickle, index) => Shown(pickle).Select(instruction => (index, instruction))),
            (item, entry) =>
            {
                item.WriteNumber("pickle", entry.index);
                item.WriteNumber("offset", entry.instruction.Offset);
                item.WriteString("opcode", entry.instruction.Opcode);
                item.WriteText("argument", entry.instruction.Argument);
                item.WriteNumber("height", entry.instruction.Height);
                if (entry.instruction.Global is { } global)
                {
                    item.WriteText("global", global);
                    item.WriteString("level", ScanCommand.NameOf(entry.instruction.Level));
                }
            }
        );
    }
}
