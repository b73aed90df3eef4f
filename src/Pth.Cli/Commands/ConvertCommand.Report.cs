using System.Globalization;
using System.Text.Json;
using Pth.Cli.Console;
using Pth.Cli.Output;
using Pth.Cli.Parsing;

namespace Pth.Cli.Commands;

// What was done, for people and programs.
internal sealed partial class ConvertCommand
{
    private void WriteText(
        ICommandConsole console,
        ContainerFormat format,
        ConvertedContent content,
        ConvertSummary summary
    )
    {
        string files = summary.Files.Count == 0 ? "" : $" in {Amount.Of(summary.Files.Count, "file")}";
        string what =
            $"{Amount.BytesBoth(summary.Bytes)} {(DryRun ? "would be written" : "written")} as {FormatNames.Of(format)}{files}";
        console.Error.WriteLine($"{Escape.Line(Output ?? File)}: {what}");
        if (DType is { } dtype)
        {
            WriteCast(console, dtype, content);
        }
        foreach (string name in summary.Removed)
        {
            console.Error.WriteLine($"removed: {Escape.Line(name)}, of an earlier conversion");
        }
        foreach (string line in summary.LeftOut)
        {
            console.Error.WriteLine($"left out: {Escape.Line(line)}");
        }
        foreach ((string name, string kept) in summary.Dropped)
        {
            console.Error.WriteLine($"left out: {Escape.Line(name)}, which shares its memory with {Escape.Line(kept)}");
        }
        if (summary.UnusedBytes > 0)
        {
            console.Error.WriteLine(
                $"{Amount.BytesBoth(summary.UnusedBytes)} of that are in no tensor; --compact leaves them out"
            );
        }
    }

    private static void WriteCast(ICommandConsole console, DType dtype, ConvertedContent content)
    {
        string alone =
            content.LeftAlone == 0 ? "" : $"; {Amount.Of(content.LeftAlone, "tensor")} of other types left alone";
        console.Error.WriteLine($"{Amount.Of(content.Converted, "tensor")} converted to {dtype.TorchName}{alone}");
        CastReport report = content.Report;
        if (report.Elements == 0)
        {
            return;
        }
        console.Error.WriteLine(
            $"of {Amount.Of(report.Elements, "value")} {Amount.Count(report.Overflows)} were too large, {Amount.Count(report.Underflows)} became 0; the largest relative error of the others is {report.LargestRelativeError.ToString("G3", CultureInfo.InvariantCulture)}"
        );
    }

    private void WriteJson(
        ICommandConsole console,
        ContainerFormat format,
        ConvertedContent content,
        ConvertSummary summary
    )
    {
        using var report = new JsonReport(console.Out, Schema);
        Utf8JsonWriter top = report.Top;
        top.WriteText("file", File);
        top.WriteText("output", DryRun ? null : Output);
        top.WriteString("format", FormatNames.Of(format));
        top.WriteNumber("bytes", summary.Bytes);
        top.WriteNumber("unused_bytes", summary.UnusedBytes);
        if (DType is { } dtype)
        {
            top.WriteStartObject("cast");
            top.WriteString("dtype", dtype.TorchName);
            top.WriteNumber("tensors", content.Converted);
            top.WriteNumber("left_alone", content.LeftAlone);
            top.WriteNumber("elements", content.Report.Elements);
            top.WriteNumber("overflows", content.Report.Overflows);
            top.WriteNumber("underflows", content.Report.Underflows);
            top.WriteReal("largest_relative_error", content.Report.LargestRelativeError);
            top.WriteEndObject();
        }
        if (summary.Files.Count > 0)
        {
            top.WriteText("index", summary.Index);
        }
        report.Items("files", summary.Files, (item, name) => item.WriteText("name", name));
        report.Items("left_out", summary.LeftOut, (item, line) => item.WriteText("what", line));
        report.Items(
            "dropped",
            summary.Dropped,
            (item, pair) =>
            {
                item.WriteText("name", pair.Key);
                item.WriteText("kept", pair.Value);
            }
        );
    }
}
