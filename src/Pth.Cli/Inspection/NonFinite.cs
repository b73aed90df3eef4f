using Pth.Cli.Console;
using Pth.Cli.Output;

namespace Pth.Cli.Inspection;

/// <summary>Looks for values that no training survives.</summary>
internal static class NonFinite
{
    private const int MostShown = 10;

    /// <summary>A warning for each tensor that has NaN or infinity, the first ten by name.</summary>
    public static IReadOnlyList<Warning> Find(
        string file,
        IReadOnlyList<NamedTensor> tensors,
        ICommandConsole console,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<(NamedTensor Named, NonFiniteCounts Counts)> bad = FindTensors(
            tensors,
            console,
            cancellationToken
        );
        List<Warning> warnings =
        [
            .. bad.Take(MostShown)
                .Select(entry => new Warning(
                    "non-finite",
                    $"{entry.Named.Name} has {Describe(entry.Counts)}",
                    $"pth cat {ShellQuote.Of(file)} {ShellQuote.Of(entry.Named.Name)} --stats"
                )),
        ];
        if (bad.Count > MostShown)
        {
            warnings.Add(
                new(
                    "non-finite",
                    $"{bad.Count - MostShown} more tensors have NaN or infinity",
                    $"pth verify {ShellQuote.Of(file)}"
                )
            );
        }
        return warnings;
    }

    /// <summary>The tensors that have NaN or infinity.</summary>
    public static IReadOnlyList<(NamedTensor Named, NonFiniteCounts Counts)> FindTensors(
        IReadOnlyList<NamedTensor> tensors,
        ICommandConsole console,
        CancellationToken cancellationToken
    )
    {
        NamedTensor[] real = [.. tensors.Where(named => MayBeNonFinite(named.Tensor))];
        IReadOnlyList<NonFiniteCounts> found = TransferDisplay.Run(
            console,
            "reading",
            real.Sum(named => named.Tensor.ByteCount),
            counter =>
                TensorView.CountNonFinite([.. real.Select(named => named.Tensor)], counter.Whole, cancellationToken)
        );
        return [.. real.Zip(found).Where(pair => pair.Second.Total > 0)];
    }

    /// <summary>How many values of which kind: <c>3 NaN, 1 infinite</c>.</summary>
    public static string Describe(NonFiniteCounts counts)
    {
        List<string> parts = [];
        if (counts.NaNs > 0)
        {
            parts.Add($"{Amount.Count(counts.NaNs)} NaN");
        }
        long infinities = counts.PositiveInfinities + counts.NegativeInfinities;
        if (infinities > 0)
        {
            parts.Add($"{Amount.Count(infinities)} infinite");
        }
        return string.Join(", ", parts) + $" of {Amount.Of(counts.Count, "value")}";
    }

    private static bool MayBeNonFinite(TensorView tensor) =>
        !tensor.Storage.IsMeta && (tensor.DType.IsFloatingPoint || tensor.DType.IsComplex);
}
