using System.Collections.Immutable;
using Pth.Tensors;

namespace Pth;

/// <summary>How two tensors of one shape differ.</summary>
/// <remarks>
/// Elements are compared in float64 whatever their types, 64-bit integers exactly when both sides are integers. The difference
/// of complex numbers is the magnitude of their difference. Where one side is NaN or infinite and the other is not the same,
/// the difference counts as infinite, so that it is the worst one.
/// </remarks>
public sealed record TensorComparison
{
    /// <summary>The number of elements of each.</summary>
    public required long ElementCount { get; init; }

    /// <summary>Whether both have one type and the same bytes.</summary>
    public required bool IsBitwiseEqual { get; init; }

    /// <summary>Whether every element is close: see <see cref="ComparisonOptions"/>.</summary>
    public required bool IsClose { get; init; }

    /// <summary>How many elements differ at all. Zeros of both signs are equal.</summary>
    public required long DifferingCount { get; init; }

    /// <summary>The greatest |left - right|; 0 where nothing differs.</summary>
    public required double MaxAbsoluteDifference { get; init; }

    /// <summary>The greatest |left - right| / |right|; infinite where a right element is 0 and the left one is not.</summary>
    public required double MaxRelativeDifference { get; init; }

    /// <summary>The cosine of the angle between both as vectors; null where one is all 0 or has NaN or infinity in it.</summary>
    public required double? CosineSimilarity { get; init; }

    /// <summary>The index of the first element with <see cref="MaxAbsoluteDifference"/>; null where nothing differs.</summary>
    public required ImmutableArray<long>? WorstIndex { get; init; }

    /// <summary>Compares two tensors, holding only a small part of each at a time.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other, taken as the reference.</param>
    /// <param name="options">Tolerances; null for <see cref="ComparisonOptions.Default"/>.</param>
    /// <param name="progress">Told now and then how many elements are done.</param>
    /// <param name="cancellationToken">Stops between two parts.</param>
    /// <exception cref="ArgumentException">The shapes differ, or one has two numbers in an element (float4_e2m1fn_x2) and the other does not.</exception>
    /// <exception cref="InvalidOperationException">One is sparse, nested or on the meta device.</exception>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.ChecksumMismatch"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint that a storage came from is closed.</exception>
    public static TensorComparison Compare(
        TensorView left,
        TensorView right,
        ComparisonOptions? options = null,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default
    ) => new TensorComparer(left, right, options ?? ComparisonOptions.Default, progress, cancellationToken).Compare();
}
