using System.Text.Json;
using Pth.Cli.Console;
using Pth.Cli.Output;

namespace Pth.Cli.Commands;

// What is shown.
internal sealed partial class ScanCommand
{
    /// <summary>How a level is written.</summary>
    public static string NameOf(ScanLevel level) =>
        level switch
        {
            ScanLevel.Safe => "safe",
            ScanLevel.NeedsCode => "needs-code",
            ScanLevel.Suspicious => "suspicious",
            _ => "dangerous",
        };

    private static Tone ToneOf(ScanLevel level) =>
        level switch
        {
            ScanLevel.Safe => Tone.Good,
            ScanLevel.NeedsCode => Tone.Dim,
            ScanLevel.Suspicious => Tone.Warning,
            _ => Tone.Bad,
        };

    private static void WriteTable(ICommandConsole console, List<ScannedFile> files)
    {
        var table = new TextTable(
            new Column("level"),
            new Column("file"),
            new Column("where"),
            new Column("rule"),
            new Column("found")
        );
        // The worst comes last, where the eye is when a long table has passed.
        foreach (ScannedFile file in files.Where(file => file.Error is null).OrderBy(file => file.Level))
        {
            if (file.Findings.Count == 0)
            {
                string what = file.Content == "other" ? "no checkpoint" : file.Content;
                Cell level = file.IsSkipped
                    ? new Cell("skipped", Tone.Dim)
                    : new Cell(NameOf(file.Level), ToneOf(file.Level));
                table.Add(level, file.Path, "", "", what);
            }
            foreach (Finding finding in file.Findings)
            {
                table.Add(
                    new Cell(NameOf(finding.Level), ToneOf(finding.Level)),
                    finding.Path,
                    WhereOf(finding),
                    finding.Rule,
                    TextOf(finding)
                );
            }
        }
        if (table.RowCount > 0)
        {
            table.Write(console);
        }
        if (console.IsTerminal)
        {
            WriteSummary(console, files);
        }
    }

    private static void WriteSummary(ICommandConsole console, List<ScannedFile> files)
    {
        var text = new StyledText(console);
        List<string> counts =
        [
            .. files
                .Where(file => file.Error is null && !file.IsSkipped)
                .GroupBy(file => file.Level)
                .OrderByDescending(group => group.Key)
                .Select(group => $"{Amount.Count(group.Count())} {NameOf(group.Key)}"),
        ];
        AddCount(counts, files.Count(file => file.IsSkipped), "skipped");
        AddCount(counts, files.Count(file => file.Error is not null), "not readable");
        text.Line(($"{Amount.Of(files.Count, "file")}: {string.Join(", ", counts)}", Tone.Plain));
        string[] packages =
        [
            .. files.SelectMany(file => file.Packages).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
        if (packages.Length > 0)
        {
            text.Line(("code wanted: ", Tone.Plain), (string.Join(", ", packages), Tone.Strong));
        }
    }

    private static void AddCount(List<string> counts, int count, string what)
    {
        if (count > 0)
        {
            counts.Add($"{Amount.Count(count)} {what}");
        }
    }

    private static string WhereOf(Finding finding) =>
        (finding.Stream, finding.Offset) switch
        {
            (null, null) => "",
            (null, long offset) => $"0x{offset:X}",
            (string stream, null) => stream,
            (string stream, long offset) => $"{stream} @ 0x{offset:X}",
        };

    /// <summary>A finding as one line.</summary>
    public static string TextOf(Finding finding)
    {
        string subject = finding.Call ?? finding.Global ?? "";
        return subject.Length == 0 ? finding.Reason : $"{subject}: {finding.Reason}";
    }

    private static void WriteJson(ICommandConsole console, List<ScannedFile> files)
    {
        using var report = new JsonReport(console.Out, Schema);
        report.Top.WriteString("level", NameOf(files.Count == 0 ? ScanLevel.Safe : files.Max(file => file.Level)));
        report.Items(
            "files",
            files,
            (item, file) =>
            {
                item.WriteText("path", file.Path);
                item.WriteString("content", file.Content);
                item.WriteString("level", NameOf(file.Level));
                item.WriteNumber("pickles", file.Pickles);
                item.WriteBoolean("skipped", file.IsSkipped);
                WritePackages(item, file.Packages);
                if (file.Error is not null)
                {
                    item.WriteText("error", file.Error);
                }
            }
        );
        report.Items("findings", files.SelectMany(file => file.Findings), WriteFinding);
    }

    private static void WritePackages(Utf8JsonWriter item, IReadOnlyList<string> packages)
    {
        item.WriteStartArray("packages");
        foreach (string package in packages)
        {
            item.WriteTextValue(package);
        }
        item.WriteEndArray();
    }

    private static void WriteFinding(Utf8JsonWriter item, Finding finding)
    {
        item.WriteText("path", finding.Path);
        item.WriteString("level", NameOf(finding.Level));
        item.WriteString("rule", finding.Rule);
        item.WriteText("global", finding.Global);
        item.WriteText("stream", finding.Stream);
        if (finding.Offset is { } offset)
        {
            item.WriteNumber("offset", offset);
        }
        item.WriteText("call", finding.Call);
        item.WriteText("reason", finding.Reason);
    }
}
