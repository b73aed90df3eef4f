using System.CommandLine;
using Pth.Cli.Console;
using Pth.Cli.Inspection;
using Pth.Cli.Output;
using Pth.Cli.Parsing;

namespace Pth.Cli.Commands;

/// <summary>Checks files: is this one whole, and is it what the next program needs?</summary>
internal sealed partial class VerifyCommand : ICommand
{
    public const string Schema = "pth.verify/1";

    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Beginnings that no key of the state dict may have.</summary>
    public IReadOnlyList<string> UnwantedPrefixes { get; init; } = [];

    /// <summary>Keys that the state dict must have.</summary>
    public IReadOnlyList<string> WantedNames { get; init; } = [];

    /// <summary>Whether values are left alone: no search for NaN and infinity.</summary>
    public bool SkipValues { get; init; }

    /// <summary>How much a file may ask for.</summary>
    public ReadLimits Limits { get; init; } = ReadLimits.Default;

    public bool Json { get; init; }

    public static Command Describe(Func<ICommand, int> run)
    {
        Argument<string[]> files = new("FILE")
        {
            Description = "The checkpoints, or folders of them.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string[]> noPrefix = Options.Many(
            "--no-prefix",
            "P",
            "Fails when a key of the state dict begins with P."
        );
        Option<string[]> has = Options.Many("--has", "NAME", "Fails when the state dict has no tensor NAME.");
        Option<bool> skipValues = Options.Flag("--skip-values", "Does not look for NaN and infinity.");
        Option<bool> trusted = Options.Trusted();
        Option<bool> json = Options.Json(Schema);
        var command = new DocumentedCommand("verify", "Checks that files are whole and hold what is wanted of them.")
        {
            Notes =
            [
                "Checked are the structure of the container, the bounds of every tensor, the checksum of every record, the alignment of the storages, and that no value is NaN or infinite.",
                "In a folder every checkpoint is checked, also in the folders below it; shards with an index are one.",
                "--no-prefix and --has may be given more than once.",
            ],
            ExitCodes = "0 all is well, 1 a check failed, 2 a file could not be read.",
            Examples =
            [
                ("pth verify model.pth", "Has the download arrived whole?"),
                ("pth verify model.pth --no-prefix module.", "Is it good for a single card?"),
                ("pth verify model.pth --has classifier.weight --has classifier.bias", "Does it have the head?"),
                ("pth verify checkpoints/*.pth --skip-values --json", "All of them, for programs."),
            ],
        };
        command.Add(files);
        command.Add(noPrefix);
        command.Add(has);
        command.Add(skipValues);
        command.Add(trusted);
        command.Add(json);
        command.SetAction(result =>
            run(
                new VerifyCommand
                {
                    Files = result.GetRequiredValue(files),
                    UnwantedPrefixes = result.GetValue(noPrefix) ?? [],
                    WantedNames = result.GetValue(has) ?? [],
                    SkipValues = result.GetValue(skipValues),
                    Limits = Options.Limits(result, trusted),
                    Json = result.GetValue(json),
                }
            )
        );
        return command;
    }

    public int Run(ICommandConsole console, CancellationToken cancellationToken)
    {
        var results = new List<(string File, IReadOnlyList<CheckResult> Checks)>();
        bool unreadable = false;
        foreach (string file in Files.SelectMany(Expand))
        {
            try
            {
                results.Add((file, new Verification(file, console, cancellationToken).Run(this)));
            }
            catch (Exception e) when (e is IOException or CommandException)
            {
                // The other files still get their answer.
                unreadable = true;
                console.Error.WriteLine($"pth: {Failure.Describe(e)!.Line}");
            }
        }
        if (Json)
        {
            WriteJson(console, results);
        }
        else
        {
            WriteTable(console, results);
        }
        return unreadable ? ExitCode.Failed
            : results.TrueForAll(result => result.Checks.All(check => check.Passed)) ? ExitCode.Yes
            : ExitCode.No;
    }

    /// <summary>The checkpoints in a folder; what is no folder, or one without any, is itself what is checked.</summary>
    private static IReadOnlyList<string> Expand(string path)
    {
        if (!Directory.Exists(path))
        {
            return [path];
        }
        IReadOnlyList<string> found = CheckpointFile.Access(path, () => Checkpoint.FindIn(path));
        return found.Count == 0 ? [path] : found;
    }

    private static void WriteTable(
        ICommandConsole console,
        List<(string File, IReadOnlyList<CheckResult> Checks)> results
    )
    {
        if (results.Count == 0)
        {
            return;
        }
        // One file need not be named on every line, but programs want the same columns always.
        bool namesFiles = results.Count > 1 || !console.IsTerminal;
        Column[] columns = [new("check"), new("result")];
        var table = new TextTable([new Column(""), .. namesFiles ? [new Column("file")] : (Column[])[], .. columns]);
        foreach ((string file, IReadOnlyList<CheckResult> checks) in results)
        {
            foreach (CheckResult check in checks)
            {
                Cell verdict = check.Passed ? new("ok", Tone.Good) : new("FAILED", Tone.Bad);
                table.Add([verdict, .. namesFiles ? [file] : (Cell[])[], check.Name, check.Detail]);
            }
        }
        table.Write(console);
        var text = new StyledText(console);
        foreach (
            string command in results
                .SelectMany(result => result.Checks)
                .Select(check => check.Command)
                .OfType<string>()
        )
        {
            text.Line(("to mend: ", Tone.Warning), (command, Tone.Good));
        }
    }

    private static void WriteJson(
        ICommandConsole console,
        List<(string File, IReadOnlyList<CheckResult> Checks)> results
    )
    {
        using var report = new JsonReport(console.Out, Schema);
        report.Top.WriteBoolean("ok", results.All(result => result.Checks.All(check => check.Passed)));
        report.Items(
            "checks",
            results.SelectMany(result => result.Checks.Select(check => (result.File, check))),
            (item, entry) =>
            {
                item.WriteText("file", entry.File);
                item.WriteString("check", entry.check.Name);
                item.WriteBoolean("ok", entry.check.Passed);
                item.WriteText("detail", entry.check.Detail);
                if (entry.check.Command is not null)
                {
                    item.WriteText("command", entry.check.Command);
                }
            }
        );
    }
}
