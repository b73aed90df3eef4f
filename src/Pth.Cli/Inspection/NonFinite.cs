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
        IReadOnlyList<(NamedTensor Named, TensorStatistics Statistics)> bad = FindTensors(
            tensors,
            console,
            cancellationToken
        );
        List<Warning> warnings =
        [
            .. bad.Take(MostShown)
                .Select(entry => new Warning(
                    "non-finite",
                    $"{entry.Named.Name} has {Describe(entry.Statistics)}",
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
    public static IReadOnlyList<(NamedTensor Named, TensorStatistics Statistics)> FindTensors(
        IReadOnlyList<NamedTensor> tensors,
        ICommandConsole console,
        CancellationToken cancellationToken
    )
    {
        NamedTensor[] real = [.. tensors.Where(named => MayBeNonFinite(named.Tensor))];
        return TransferDisplay.Run(
            console,
            "reading",
            real.Sum(named => named.Tensor.ByteCount),
            counter =>
                real.Select(named =>
                        (
                            named,
                            counter.Count(
                                named.Tensor.ByteCount,
                                progress => named.Tensor.ComputeStatistics(bins: 0, progress, cancellationToken)
                            )
                        )
                    )
                    .Where(entry => entry.Item2.FiniteCount < entry.Item2.Count)
                    .ToList()
        );
    }

    /// <summary>How many values of which kind: <c>3 NaN, 1 infinite</c>.</summary>
    public static string Describe(TensorStatistics statistics)
    {
        List<string> parts = [];
        if (statistics.NaNs > 0)
        {
            parts.Add($"{Amount.Count(statistics.NaNs)} NaN");
        }
        long infinities = statistics.PositiveInfinities + statistics.NegativeInfinities;
        if (infinities > 0)
        {
            parts.Add($"{Amount.Count(infinities)} infinite");
        }
        return string.Join(", ", parts) + $" of {Amount.Of(statistics.Count, "value")}";
    }

    private static bool MayBeNonFinite(TensorView tensor) =>
        !tensor.Storage.IsMeta && (tensor.DType.IsFloatingPoint || tensor.DType.IsComplex);
}
