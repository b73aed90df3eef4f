using System.Collections.Immutable;

namespace Pth.StateDicts;

/// <summary>Tells LSTM, GRU and RNN apart: their weights have four, three or one blocks of hidden_size rows.</summary>
internal static class RecurrentKinds
{
    public static LayerGuess? Guess(LayerEvidence evidence)
    {
        bool isCell = evidence.Has("weight_ih");
        if (
            evidence.ShapeOf(isCell ? "weight_ih" : "weight_ih_l0") is not { Length: 2 } input
            || evidence.ShapeOf(isCell ? "weight_hh" : "weight_hh_l0") is not { Length: 2 } hidden
            || hidden[0] != input[0]
        )
        {
            return null;
        }

        ImmutableArray<long>? projection = evidence.ShapeOf("weight_hr_l0");
        long hiddenSize = projection is { Length: 2 } ? projection.Value[1] : hidden[1];
        if (hiddenSize == 0 || input[0] % hiddenSize != 0)
        {
            return null;
        }
        string? className = (input[0] / hiddenSize) switch
        {
            1 => "RNN",
            3 => "GRU",
            4 => "LSTM",
            _ => null,
        };
        return className is null
            ? null
            : new LayerGuess(
                isCell ? className + "Cell" : className,
                $"{input[1]}, {hiddenSize}" + (isCell ? CellOptions(evidence) : Options(evidence, projection))
            );
    }

    private static string CellOptions(LayerEvidence evidence) => evidence.Has("bias_ih") ? "" : ", bias=False";

    // In PyTorch's order; batch_first and dropout leave no trace.
    private static string Options(LayerEvidence evidence, ImmutableArray<long>? projection)
    {
        int layers = evidence.Tensors.Count(tensor =>
            tensor.Name.StartsWith("weight_ih_l", StringComparison.Ordinal)
            && !tensor.Name.EndsWith("_reverse", StringComparison.Ordinal)
        );
        return (projection is { } shape ? $", proj_size={shape[0]}" : "")
            + (layers > 1 ? $", num_layers={layers}" : "")
            + (evidence.Has("bias_ih_l0") ? "" : ", bias=False")
            + (evidence.Has("weight_ih_l0_reverse") ? ", bidirectional=True" : "");
    }
}
