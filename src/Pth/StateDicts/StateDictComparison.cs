using Pth.StateDicts;

namespace Pth;

/// <summary>How two state dicts differ: in names, in shapes and types, in values.</summary>
public sealed record StateDictComparison
{
    /// <summary>Names that only the left one has, in its order. Sparse and nested tensors stand by their parts.</summary>
    public required IReadOnlyList<string> OnlyLeft { get; init; }

    /// <summary>Names that only the right one has, in its order.</summary>
    public required IReadOnlyList<string> OnlyRight { get; init; }

    /// <summary>The tensors that both have, in the order of the left one.</summary>
    public required IReadOnlyList<TensorDifference> Common { get; init; }

    /// <summary>Whether both have the same names.</summary>
    public bool HasSameNames => OnlyLeft.Count == 0 && OnlyRight.Count == 0;

    /// <summary>
    /// Whether both have the same names, shapes and types, and values that are close where they were compared. Strides do not count:
    /// they say how elements lie, not what they are.
    /// </summary>
    public bool IsEqual => HasSameNames && Common.All(tensor => tensor.IsEqual);

    /// <summary>Compares two state dicts.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other, taken as the reference.</param>
    /// <param name="options">What to compare, and how; null for everything and PyTorch's tolerances.</param>
    /// <exception cref="InvalidOperationException">A rule makes two names of one side the same.</exception>
    /// <exception cref="CheckpointException">The bytes of a tensor do not have the checksum that its file records.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static StateDictComparison Compare(
        StateDict left,
        StateDict right,
        StateDictComparisonOptions? options = null
    ) => new StateDictComparer(left, right, options ?? new StateDictComparisonOptions()).Compare();
}
