using Pth.Cli.Console;
using Pth.Cli.Output;

namespace Pth.Cli.Commands;

// What was done, for people, pipes and programs.
internal sealed partial class RenameCommand
{
    private void Report(
        ICommandConsole console,
        Checkpoint checkpoint,
        IReadOnlyList<KeyValuePair<string, string>> plan,
        SaveSummary? summary
    )
    {
        KeyValuePair<string, string>[] changed = [.. plan.Where(step => step.Key != step.Value)];
        if (Json)
        {
            WriteJson(console, changed, plan.Count - changed.Length, summary);
            return;
        }
        if (DryRun)
        {
            var table = new TextTable(new Column("from"), new Column("to"));
            foreach ((string from, string to) in changed)
            {
                table.Add(from, new Cell(to, Tone.Good));
            }
            table.Write(console);
            console.Error.WriteLine($"{changed.Length} of {plan.Count} names would change");
            return;
        }
        string names = plan.Count == 0 ? "" : $"{changed.Length} of {plan.Count} names changed, ";
        console.Error.WriteLine(
            $"{Escape.Line(Output ?? File)}: {names}{Amount.BytesBoth(summary!.FileLength)} written"
        );
        if (summary.UnusedBytes > 0)
        {
            console.Error.WriteLine(
                $"{Amount.BytesBoth(summary.UnusedBytes)} of that are in no tensor; --compact leaves them out"
            );
        }
        if (!OnlyStateDict && plan.Count > 0 && checkpoint.StateDictPath != "<root>")
        {
            console.Error.WriteLine(
                $"the state dict is at '{Escape.Line(checkpoint.StateDictPath)}'; all else was kept as it is"
            );
        }
    }

    private void WriteJson(
        ICommandConsole console,
        IReadOnlyList<KeyValuePair<string, string>> changed,
        int unchanged,
        SaveSummary? summary
    )
    {
        using var report = new JsonReport(console.Out, Schema);
        report.Top.WriteText("file", File);
        report.Top.WriteText("output", DryRun ? null : Output ?? File);
        report.Top.WriteNumber("unchanged", unchanged);
        if (summary is not null)
        {
            report.Top.WriteNumber("bytes", summary.FileLength);
            report.Top.WriteNumber("unused_bytes", summary.UnusedBytes);
        }
        report.Items(
            "renamed",
            changed,
            (item, step) =>
            {
                item.WriteText("from", step.Key);
                item.WriteText("to", step.Value);
            }
        );
    }
}
