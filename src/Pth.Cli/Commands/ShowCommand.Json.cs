using System.Text.Json;
using Pth.Cli.Console;
using Pth.Cli.Inspection;
using Pth.Cli.Output;

namespace Pth.Cli.Commands;

// For programs.
internal sealed partial class ShowCommand
{
    private void WriteJson(
        ICommandConsole console,
        Checkpoint checkpoint,
        CheckpointLayout layout,
        CheckpointTotals totals,
        IReadOnlyList<Warning> warnings,
        ModuleTree? tree
    )
    {
        using var report = new JsonReport(console.Out, Schema);
        Utf8JsonWriter top = report.Top;
        top.WriteText("file", File);
        top.WriteNumber("file_nbytes", CheckpointFile.LengthOf(File));
        WriteContainer(top, checkpoint.Container);
        top.WriteString("layout", JsonNamingPolicy.KebabCaseLower.ConvertName(layout.Kind.ToString()));
        top.WriteText("holds", layout.Description);
        top.WriteText("state_dict", layout.StateDict?.Path);
        WriteTotals(top, checkpoint, layout, totals);
        report.Items(
            "dtypes",
            totals.ByDType,
            (item, entry) =>
            {
                item.WriteString("dtype", entry.DType.TorchName);
                item.WriteNumber("tensors", entry.Tensors);
                item.WriteNumber("nbytes", entry.Bytes);
            }
        );
        report.Items(
            "rest",
            layout.Rest,
            (item, fact) =>
            {
                item.WriteText("path", fact.Path);
                item.WriteText("summary", fact.Text);
            }
        );
        report.Items(
            "warnings",
            warnings,
            (item, warning) =>
            {
                item.WriteString("kind", warning.Kind);
                item.WriteText("text", warning.Text);
                item.WriteText("command", warning.Command);
            }
        );
        report.Items("modules", tree is null ? [] : Walk(tree.Root), WriteModule);
    }

    private static void WriteContainer(Utf8JsonWriter top, ContainerInfo container)
    {
        top.WriteStartObject("container");
        top.WriteString("kind", container.Kind);
        top.WriteString("writer", container.Writer);
        top.WriteText("archive", container.ArchiveName);
        top.WriteNumber("records", container.RecordCount);
        if (container.Version is { } version)
        {
            top.WriteNumber("version", version);
        }
        else
        {
            top.WriteNull("version");
        }
        if (container.ArchiveName is not null)
        {
            top.WriteNumber("storage_alignment", container.StorageAlignment);
        }
        else
        {
            top.WriteNull("storage_alignment");
        }
        top.WriteString("byteorder", container.IsBigEndian ? "big" : "little");
        top.WriteText("format_version", container.FormatVersion);
        top.WriteText("serialization_id", container.SerializationId);
        top.WriteStartObject("metadata");
        foreach ((string key, string value) in container.Metadata)
        {
            top.WriteText(key, value);
        }
        top.WriteEndObject();
        WriteTexts(top, "notes", container.Notes);
        WriteTexts(top, "code", container.Code);
        top.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter top, string name, IReadOnlyList<string> texts)
    {
        top.WriteStartArray(name);
        foreach (string text in texts)
        {
            top.WriteTextValue(text);
        }
        top.WriteEndArray();
    }

    private static void WriteTotals(
        Utf8JsonWriter top,
        Checkpoint checkpoint,
        CheckpointLayout layout,
        CheckpointTotals totals
    )
    {
        top.WriteStartObject("totals");
        top.WriteNumber("names", totals.Names);
        top.WriteNumber("tensors", totals.Tensors);
        top.WriteNumber("elements", totals.Elements);
        top.WriteNumber("nbytes", totals.Bytes);
        top.WriteNumber("storages", totals.Storages);
        top.WriteNumber("storage_nbytes", totals.StorageBytes);
        top.WriteNumber("unused_nbytes", totals.UnusedBytes);
        if (layout.StateDict is not null)
        {
            StateDictTotals network = StateDictTotals.Of(checkpoint.StateDict);
            top.WriteNumber("parameter_tensors", network.Parameters);
            top.WriteNumber("parameters", network.ParameterElements);
            top.WriteNumber("buffer_tensors", network.Buffers);
        }
        top.WriteEndObject();
    }

    private static IEnumerable<ModuleNode> Walk(ModuleNode node) => [node, .. node.Children.SelectMany(Walk)];

    private static void WriteModule(Utf8JsonWriter item, ModuleNode node)
    {
        item.WriteText("path", node.Path);
        item.WriteString(
            "kind",
            node.Kind switch
            {
                ModuleNodeKind.Module => "module",
                ModuleNodeKind.Silent => "without-tensors",
                _ => "none",
            }
        );
        item.WriteText("class", node.Kind == ModuleNodeKind.Module ? node.ClassName : null);
        item.WriteText("arguments", node.Kind == ModuleNodeKind.Module ? node.Arguments : null);
        item.WriteBoolean("exact", node.IsExact);
        item.WriteStartArray("tensors");
        foreach (ModuleTensor tensor in node.Tensors)
        {
            item.WriteStartObject();
            item.WriteText("key", tensor.Key);
            item.WriteString("dtype", tensor.Tensor.DType.TorchName);
            item.WriteNumbers("shape", tensor.Tensor.Shape.AsSpan());
            if (tensor.TiedTo is not null)
            {
                item.WriteText("tied_to", tensor.TiedTo);
            }
            item.WriteEndObject();
        }
        item.WriteEndArray();
    }
}
