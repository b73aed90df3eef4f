using System.Text;

namespace Pth.Torch;

/// <summary>
/// The layers of a module with output shapes, parameters, multiply-adds and memory, counted as torchinfo does: a convolution takes as
/// many multiply-adds as its weight and bias have elements, times the positions of its output and the batch; a linear layer its
/// elements times the rows of its output (torchinfo: times the batch); any other layer with parameters its elements times the batch;
/// an embedding none.
/// </summary>
public sealed class ModuleSummary
{
    internal ModuleSummary(
        IReadOnlyList<SummaryRow> rows,
        long trainableParameters,
        long inputBytes,
        long parameterBytes
    )
    {
        Rows = rows;
        Parameters = rows.Sum(row => row.Parameters);
        TrainableParameters = trainableParameters;
        MultiplyAdds = rows.Sum(row => row.MultiplyAdds ?? 0);
        NotCounted = [.. rows.Where(row => row is { IsLeaf: true, MultiplyAdds: null }).Select(row => row.Path)];
        InputBytes = inputBytes;
        ParameterBytes = parameterBytes;
        ForwardBackwardBytes =
            2 * rows.Where(row => row is { IsLeaf: true, Parameters: > 0 }).Sum(row => row.OutputBytes);
    }

    /// <summary>The root and all below it, each before its children.</summary>
    public IReadOnlyList<SummaryRow> Rows { get; }

    /// <summary>The elements of all parameters, tied ones once.</summary>
    public long Parameters { get; }

    /// <summary>Those of them that require a gradient.</summary>
    public long TrainableParameters { get; }

    /// <summary>The multiply-adds of one forward pass, without <see cref="NotCounted"/>.</summary>
    public long MultiplyAdds { get; }

    /// <summary>
    /// The paths of layers with parameters whose multiply-adds are not in the sum: they lie in native code (inside attention and
    /// transformers), or were not called, or by <c>forward</c> and not by <c>call</c>.
    /// </summary>
    public IReadOnlyList<string> NotCounted { get; }

    /// <summary>The bytes of the input.</summary>
    public long InputBytes { get; }

    /// <summary>The bytes of what layers with parameters give, twice: going forward, and their gradients coming back.</summary>
    public long ForwardBackwardBytes { get; }

    /// <summary>The bytes of the parameters.</summary>
    public long ParameterBytes { get; }

    /// <summary>The three sums of bytes together.</summary>
    public long TotalBytes => InputBytes + ForwardBackwardBytes + ParameterBytes;

    /// <summary>A table, with <c>\n</c> between lines and none at the end.</summary>
    public override string ToString()
    {
        string[][] cells =
        [
            ["layer", "output", "parameters", "multiply-adds"],
            .. Rows.Select(row =>
                new[]
                {
                    new string(' ', 2 * row.Depth)
                        + (
                            row.Path.Length == 0
                                ? row.Kind
                                : $"{row.Path[(row.Path.LastIndexOf('.') + 1)..]}: {row.Kind}"
                        ),
                    string.Join(" ", row.OutputShapes.Select(shape => $"[{string.Join(", ", shape)}]")),
                    row.Parameters == 0 ? "" : $"{row.Parameters:N0}",
                    row.MultiplyAdds is { } count ? (count == 0 ? "" : $"{count:N0}") : (row.IsLeaf ? "?" : ""),
                }
            ),
        ];
        int[] widths = [.. Enumerable.Range(0, 4).Select(column => cells.Max(row => row[column].Length))];
        var text = new StringBuilder();
        foreach (string[] row in cells)
        {
            string line =
                $"{row[0].PadRight(widths[0])}  {row[1].PadRight(widths[1])}  {row[2].PadLeft(widths[2])}  {row[3].PadLeft(widths[3])}";
            text.Append(line.TrimEnd()).Append('\n');
        }
        text.Append('\n');
        text.Append($"parameters     {Parameters:N0}, of which {TrainableParameters:N0} are trained\n");
        text.Append($"multiply-adds  {Scaled(MultiplyAdds)}");
        if (NotCounted.Count > 0)
        {
            text.Append($", without {string.Join(", ", NotCounted)}");
        }
        text.Append(
            $"\nmemory         {Megabytes(TotalBytes)}: input {Megabytes(InputBytes)}, forward and backward "
                + $"{Megabytes(ForwardBackwardBytes)}, parameters {Megabytes(ParameterBytes)}"
        );
        return text.ToString();
    }

    private static string Megabytes(long bytes) => $"{bytes / 1e6:f2} MB";

    private static string Scaled(long count) =>
        count switch
        {
            >= 1_000_000_000 => $"{count / 1e9:f2} G",
            >= 1_000_000 => $"{count / 1e6:f2} M",
            _ => $"{count:N0}",
        };
}
