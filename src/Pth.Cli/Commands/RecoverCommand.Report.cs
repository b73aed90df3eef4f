using Pth.Cli.Console;
using Pth.Cli.Output;

namespace Pth.Cli.Commands;

// What is whole and what is lost, for people, pipes and programs.
internal sealed partial class RecoverCommand
{
    private void Report(ICommandConsole console, Recovery recovery, SaveSummary? summary)
    {
        if (Json)
        {
            WriteJson(console, recovery, summary);
            return;
        }
        var table = new TextTable(new Column("lost"), new Column("dtype"), new Column("shape"), new Column("why"));
        foreach (LostTensor lost in recovery.Lost)
        {
            table.Add(
                new Cell(lost.Name, Tone.Bad),
                lost.Tensor.DType.TorchName,
                Shape.ForPeople(lost.Tensor.Shape),
                lost.Reason
            );
        }
        if (recovery.Lost.Count > 0)
        {
            table.Write(console);
        }
        foreach (string note in recovery.Notes)
        {
            console.Error.WriteLine($"{Escape.Line(File)}: {Escape.Line(note)}");
        }
        int unverified = recovery.Kept.Count(kept => !kept.IsVerified);
        string doubt = unverified == 0 ? "" : $" ({Amount.Count(unverified)} without a checksum to prove it)";
        string whole =
            $"{Amount.Count(recovery.Kept.Count)} of {Amount.Of(recovery.Kept.Count + recovery.Lost.Count, "tensor")} whole{doubt}";
        console.Error.WriteLine(
            summary is null
                ? $"{Escape.Line(File)}: {whole}"
                : $"{Escape.Line(Output!)}: {whole}, {Amount.BytesBoth(summary.FileLength)} written"
        );
    }

    private void WriteJson(ICommandConsole console, Recovery recovery, SaveSummary? summary)
    {
        using var report = new JsonReport(console.Out, Schema);
        report.Top.WriteText("file", File);
        report.Top.WriteText("container", recovery.Container.Kind);
        report.Top.WriteText("output", summary is null ? null : Output);
        report.Top.WriteNumber("kept_count", recovery.Kept.Count);
        report.Top.WriteNumber("lost_count", recovery.Lost.Count);
        if (summary is not null)
        {
            report.Top.WriteNumber("bytes", summary.FileLength);
        }
        report.Items("notes", recovery.Notes, (item, note) => item.WriteText("text", note));
        report.Items(
            "kept",
            recovery.Kept,
            (item, kept) =>
            {
                item.WriteText("name", kept.Name);
                item.WriteNumber("nbytes", kept.Tensor.ByteCount);
                item.WriteBoolean("verified", kept.IsVerified);
            }
        );
        report.Items(
            "lost",
            recovery.Lost,
            (item, lost) =>
            {
                item.WriteText("name", lost.Name);
                item.WriteText("reason", lost.Reason);
            }
        );
    }
}
