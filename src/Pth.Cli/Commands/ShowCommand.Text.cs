using Pth.Cli.Console;
using Pth.Cli.Inspection;
using Pth.Cli.Output;

namespace Pth.Cli.Commands;

// For people.
internal sealed partial class ShowCommand
{
    private const int WidestPath = 32;
    private const int LongestMetadata = 200;

    private void WriteText(
        ICommandConsole console,
        Checkpoint checkpoint,
        CheckpointLayout layout,
        CheckpointTotals totals,
        IReadOnlyList<Warning> warnings,
        ModuleTree? tree
    )
    {
        var text = new StyledText(console);
        text.Line((File, Tone.Strong), ($"  {Amount.BytesBoth(CheckpointFile.LengthOf(File))}", Tone.Plain));
        Fact(text, "container", DescribeContainer(checkpoint));
        WriteContainerFacts(text, checkpoint.Container);
        Fact(text, "holds", layout.Description);
        Fact(text, "tensors", DescribeTensors(checkpoint, layout, totals));
        Fact(
            text,
            "dtypes",
            string.Join(
                ", ",
                totals.ByDType.Select(entry =>
                    $"{entry.DType.TorchName} {Amount.Count(entry.Tensors)} ({Amount.Bytes(entry.Bytes)})"
                )
            )
        );
        if (totals.Devices.Any(device => device != "cpu"))
        {
            Fact(text, "devices", string.Join(", ", totals.Devices));
        }
        if (layout.StateDict is null && totals.Tensors > 0)
        {
            Fact(text, "names", $"no state dict; 'pth ls {ShellQuote.Of(File)}' lists the tensors");
        }
        WriteRest(text, layout.Rest);
        WriteWarnings(text, warnings);
        WriteTree(text, tree);
    }

    private void WriteContainerFacts(StyledText text, ContainerInfo container)
    {
        foreach (string note in container.Notes)
        {
            Fact(text, "note", note);
        }
        foreach ((string key, string value) in container.Metadata)
        {
            bool isCut = !All && value.Length > LongestMetadata;
            Fact(
                text,
                "metadata",
                $"{key} = {(isCut ? $"{value[..LongestMetadata]}... ({value.Length} characters)" : value)}"
            );
        }
        if (container.Code.Count > 0)
        {
            string names = All ? "" : "; --all names them";
            Fact(text, "code", $"{Amount.Of(container.Code.Count, "code record")}, never run{names}");
            foreach (string name in All ? container.Code : [])
            {
                Fact(text, "", name);
            }
        }
    }

    private static void Fact(StyledText text, string label, string value) =>
        text.Line(($"  {label, -10}", Tone.Dim), (value, Tone.Plain));

    private static string DescribeContainer(Checkpoint checkpoint)
    {
        ContainerInfo container = checkpoint.Container;
        string text = $"{container.Kind} of {container.Writer}";
        List<string> details = container.IsBigEndian ? ["big-endian"] : [];
        if (container.ArchiveName is not null)
        {
            details.Add(
                $"{Amount.Of(container.RecordCount, "record")} aligned to {container.StorageAlignment} bytes in '{container.ArchiveName}/'"
            );
        }
        else if (container.RecordCount > 0 && container.RecordCount != checkpoint.Tensors.Count)
        {
            details.Add(Amount.Of(container.RecordCount, "record"));
        }
        return details.Count == 0 ? text : $"{text}; {string.Join(", ", details)}";
    }

    private static string DescribeTensors(Checkpoint checkpoint, CheckpointLayout layout, CheckpointTotals totals)
    {
        string ties = totals.Names > totals.Tensors ? $" under {Amount.Count(totals.Names)} names" : "";
        string all =
            $"{Amount.Count(totals.Tensors)}{ties}, {Amount.Of(totals.Elements, "element")}, {Amount.BytesBoth(totals.Bytes)}";
        if (layout.StateDict is null)
        {
            return all;
        }
        StateDictTotals network = StateDictTotals.Of(checkpoint.StateDict);
        return $"{all}; {Amount.Of(network.ParameterElements, "parameter")} in {Amount.Count(network.Parameters)} tensors, {Amount.Of(network.Buffers, "buffer")}";
    }

    private static void WriteRest(StyledText text, IReadOnlyList<CheckpointFact> rest)
    {
        if (rest.Count == 0)
        {
            return;
        }
        text.Line();
        int width = Math.Min(rest.Max(fact => Escape.Line(fact.Path).Length), WidestPath);
        foreach (CheckpointFact fact in rest)
        {
            text.Line(($"  {Escape.Line(fact.Path).PadRight(width)}  ", Tone.Dim), (fact.Text, Tone.Plain));
        }
    }

    private static void WriteWarnings(StyledText text, IReadOnlyList<Warning> warnings)
    {
        if (warnings.Count == 0)
        {
            return;
        }
        text.Line();
        foreach (Warning warning in warnings)
        {
            text.Line(("warning: ", Tone.Warning), (warning.Text, Tone.Plain));
            text.Line(($"    {warning.Command}", Tone.Good));
        }
    }

    private void WriteTree(StyledText text, ModuleTree? tree)
    {
        if (tree is null)
        {
            return;
        }
        text.Line();
        var options = new ModuleTreeOptions { Folding = All ? ModuleTreeFolding.Never : ModuleTreeFolding.Always };
        foreach (ModuleTreeLine line in tree.Render(options))
        {
            text.Line([.. line.Spans.Select(span => (span.Text, ToneOf(span.Role)))]);
        }
    }

    private static Tone ToneOf(ModuleTreeRole role) =>
        role switch
        {
            ModuleTreeRole.ClassName => Tone.Strong,
            ModuleTreeRole.Key => Tone.Good,
            ModuleTreeRole.Shape or ModuleTreeRole.Note => Tone.Dim,
            ModuleTreeRole.Count or ModuleTreeRole.Tie => Tone.Warning,
            _ => Tone.Plain,
        };
}
