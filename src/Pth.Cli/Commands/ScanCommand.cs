using System.CommandLine;
using Pth.Cli.Console;
using Pth.Cli.Output;
using Pth.Cli.Parsing;

namespace Pth.Cli.Commands;

/// <summary>What would Python run if it loaded these files?</summary>
internal sealed partial class ScanCommand : ICommand
{
    public const string Schema = "pth.scan/1";

    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>The level from which a finding makes the answer no.</summary>
    public ScanLevel Level { get; init; } = ScanLevel.Suspicious;

    /// <summary>A file with names of one's own that count as safe.</summary>
    public string? AllowFile { get; init; }

    public bool Json { get; init; }

    public bool Sarif { get; init; }

    public static Command Describe(Func<ICommand, int> run)
    {
        Argument<string[]> paths = new("PATH") { Description = "Files and folders.", Arity = ArgumentArity.OneOrMore };
        Option<string?> level = Options.One(
            "--level",
            "LEVEL",
            "The level from which the exit code is 1: needs-code, suspicious (the default) or dangerous."
        );
        Option<string?> allow = Options.One(
            "--allow",
            "FILE",
            "A file with names that count as safe, one a line: mylab.nets.Block, or mylab.nets.* for all below."
        );
        Option<bool> json = Options.Json(Schema);
        Option<bool> sarif = Options.Flag("--sarif", "Writes SARIF 2.1.0, as code hosts read it.");
        var command = new DocumentedCommand("scan", "Tells what Python would run if it loaded these files.")
        {
            Notes =
            [
                "Looks at every file by its content, whatever it is called, at what is in archives, and at every pickle: also behind the first, and up to the point where one breaks. Nothing is run.",
                "safe: weights only. needs-code: loading wants classes of known packages, or the file has TorchScript. suspicious: names that are on no list, or a structure that no honest program writes. dangerous: a known way to run code.",
            ],
            ExitCodes = "0 nothing at or above --level, 1 something, 2 a file could not be read.",
            Examples =
            [
                ("pth scan downloads/", "Is it safe to open?"),
                ("pth scan model.pt --level needs-code", "Is it weights and nothing else?"),
                ("pth scan uploads/ --allow ours.txt --sarif > scan.sarif", "In a pipeline, with names of one's own."),
                ("pth scan model.ckpt --json", "Every finding, for programs."),
            ],
        };
        command.Add(paths);
        foreach (Option option in (Option[])[level, allow, json, sarif])
        {
            command.Add(option);
        }
        command.SetAction(result =>
            run(
                new ScanCommand
                {
                    Paths = result.GetRequiredValue(paths),
                    Level = ReadLevel(result.GetValue(level)),
                    AllowFile = result.GetValue(allow),
                    Json = result.GetValue(json),
                    Sarif = result.GetValue(sarif),
                }
            )
        );
        return command;
    }

    public int Run(ICommandConsole console, CancellationToken cancellationToken)
    {
        if (Json && Sarif)
        {
            throw new UsageException("--json and --sarif: only one of them", "scan");
        }
        var options = new ScanOptions { Allowed = ReadAllowed() };
        var files = new List<ScannedFile>();
        foreach (string path in Paths)
        {
            try
            {
                ScanReport report = ScanDisplay.Run(
                    console,
                    progress => Scanner.Scan(path, options, progress, cancellationToken)
                );
                files.AddRange(report.Files);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The other files still get their answer.
                files.Add(new ScannedFile(path, "unreadable", ScanLevel.Safe, [], [], 0, Failure.Describe(e)!.Line));
            }
        }
        foreach (ScannedFile file in files.Where(file => file.Error is not null))
        {
            console.Error.WriteLine($"pth: {Escape.Line(file.Error!)}");
        }
        Write(console, files);
        return files.Exists(file => file.Error is not null) ? ExitCode.Failed
            : files.Exists(file => file.Level >= Level) ? ExitCode.No
            : ExitCode.Yes;
    }

    private void Write(ICommandConsole console, List<ScannedFile> files)
    {
        if (Sarif)
        {
            SarifReport.Write(console.Out, files);
        }
        else if (Json)
        {
            WriteJson(console, files);
        }
        else
        {
            WriteTable(console, files);
        }
    }

    private string[] ReadAllowed() =>
        AllowFile is null
            ? []
            : [.. File.ReadLines(AllowFile).Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0)];

    private static ScanLevel ReadLevel(string? text) =>
        text switch
        {
            null or "suspicious" => ScanLevel.Suspicious,
            "needs-code" => ScanLevel.NeedsCode,
            "dangerous" => ScanLevel.Dangerous,
            _ => throw new UsageException(
                $"--level {text}: there is no such level, expected needs-code, suspicious or dangerous",
                "scan"
            ),
        };
}
