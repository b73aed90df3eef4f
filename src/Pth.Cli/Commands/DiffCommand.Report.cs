using System.Globalization;
using System.Text.Json;
using Pth.Cli.Console;
using Pth.Cli.Output;

namespace Pth.Cli.Commands;

// What was found, for people and programs.
internal sealed partial class DiffCommand
{
    private void WriteText(ICommandConsole console, StateDictComparison comparison)
    {
        var table = new TextTable(
            new Column("name"),
            new Column("difference"),
            new Column("max abs", AlignRight: true),
            new Column("max rel", AlignRight: true),
            new Column("cosine", AlignRight: true),
            new Column("values that differ", AlignRight: true)
        );
        foreach (TensorDifference pair in comparison.Common.Where(pair => Kinds(pair).Any()))
        {
            TensorComparison? values = pair.Values is { DifferingCount: > 0 } ? pair.Values : null;
            table.Add(
                pair.Name,
                new(
                    string.Join(", ", Kinds(pair).Select(kind => Describe(pair, kind))),
                    pair.IsEqual ? Tone.Dim : Tone.Bad
                ),
                Real(values?.MaxAbsoluteDifference),
                Real(values?.MaxRelativeDifference),
                Real(values?.CosineSimilarity, "G8"),
                values is null ? "-" : $"{values.DifferingCount}/{values.ElementCount}"
            );
        }
        AddMissing(table, comparison.OnlyLeft, Left);
        AddMissing(table, comparison.OnlyRight, Right);
        if (table.RowCount > 0)
        {
            table.Write(console);
        }
        if (console.IsTerminal || comparison.IsEqual)
        {
            new StyledText(console).Line((Summarize(comparison), comparison.IsEqual ? Tone.Good : Tone.Bad));
        }
    }

    private static void AddMissing(TextTable table, IReadOnlyList<string> names, string file)
    {
        foreach (string name in names)
        {
            table.Add(name, new($"only in {file}", Tone.Bad), "-", "-", "-", "-");
        }
    }

    private string Summarize(StateDictComparison comparison)
    {
        int different = comparison.Common.Count(pair => !pair.IsEqual);
        int equal = comparison.Common.Count - different;
        if (comparison.IsEqual)
        {
            int close = comparison.Common.Count(pair => pair.Values is { DifferingCount: > 0 });
            string within = close == 0 ? "" : $", {Amount.Count(close)} of them only within the tolerance";
            return NamesOnly
                ? $"equal in name, shape and dtype: {Amount.Of(equal, "tensor")}"
                : $"equal: {Amount.Of(equal, "tensor")}{within}";
        }
        List<string> parts = [$"{Amount.Count(equal)} equal"];
        AddPart(different, "different");
        AddPart(comparison.OnlyLeft.Count, $"only in {Left}");
        AddPart(comparison.OnlyRight.Count, $"only in {Right}");
        return string.Join(", ", parts);

        void AddPart(int count, string what)
        {
            if (count > 0)
            {
                parts.Add($"{Amount.Count(count)} {what}");
            }
        }
    }

    /// <summary>In what respects two tensors differ, in the words of <c>--json</c>.</summary>
    private static IEnumerable<string> Kinds(TensorDifference pair)
    {
        if (!pair.HasSameShape)
        {
            yield return "shape";
        }
        if (!pair.HasSameDType)
        {
            yield return "dtype";
        }
        if (pair.Left.Storage.IsMeta != pair.Right.Storage.IsMeta)
        {
            yield return "meta";
        }
        if (pair.Values is { DifferingCount: > 0 })
        {
            yield return "values";
        }
        if (pair.HasSameShape && !pair.HasSameStrides)
        {
            yield return "stride";
        }
    }

    private static string Describe(TensorDifference pair, string kind) =>
        kind switch
        {
            "shape" => $"shape {Shape.Dense(pair.Left.Shape)} -> {Shape.Dense(pair.Right.Shape)}",
            "dtype" => $"dtype {pair.Left.DType.TorchName} -> {pair.Right.DType.TorchName}",
            "stride" => $"stride {Shape.Dense(pair.Left.Strides)} -> {Shape.Dense(pair.Right.Strides)}",
            "meta" => pair.Left.Storage.IsMeta ? "without values -> with" : "with values -> without",
            _ => pair.Values!.IsClose ? "values within the tolerance" : "values",
        };

    private static string Real(double? value, string format = "G3") =>
        value is { } number ? number.ToString(format, CultureInfo.InvariantCulture) : "-";

    private void WriteJson(ICommandConsole console, StateDictComparison comparison)
    {
        using var report = new JsonReport(console.Out, Schema);
        Utf8JsonWriter top = report.Top;
        top.WriteText("a", Left);
        top.WriteText("b", Right);
        top.WriteBoolean("equal", comparison.IsEqual);
        top.WriteNumber("common", comparison.Common.Count);
        WriteNames(top, "only_a", comparison.OnlyLeft);
        WriteNames(top, "only_b", comparison.OnlyRight);
        report.Items("differences", comparison.Common.Where(pair => Kinds(pair).Any()), WriteDifference);
    }

    private static void WriteNames(Utf8JsonWriter top, string property, IReadOnlyList<string> names)
    {
        top.WriteStartArray(property);
        foreach (string name in names)
        {
            top.WriteTextValue(name);
        }
        top.WriteEndArray();
    }

    private static void WriteDifference(Utf8JsonWriter item, TensorDifference pair)
    {
        item.WriteText("name", pair.Name);
        item.WriteBoolean("equal", pair.IsEqual);
        item.WriteStartArray("kinds");
        foreach (string kind in Kinds(pair))
        {
            item.WriteStringValue(kind);
        }
        item.WriteEndArray();
        WriteSide(item, "a", pair.Left);
        WriteSide(item, "b", pair.Right);
        if (pair.Values is { } values)
        {
            item.WriteReal("max_abs", values.MaxAbsoluteDifference);
            item.WriteReal("max_rel", values.MaxRelativeDifference);
            item.WriteReal("cosine", values.CosineSimilarity);
            item.WriteNumber("differing", values.DifferingCount);
            item.WriteNumber("elements", values.ElementCount);
        }
    }

    private static void WriteSide(Utf8JsonWriter item, string name, TensorView tensor)
    {
        item.WriteStartObject(name);
        item.WriteString("dtype", tensor.DType.TorchName);
        item.WriteNumbers("shape", tensor.Shape.AsSpan());
        item.WriteNumbers("stride", tensor.Strides.AsSpan());
        item.WriteEndObject();
    }
}
