namespace Pth;

/// <summary>What the elements of a tensor are like: see <see cref="TensorView.ComputeStatistics"/>.</summary>
/// <remarks>
/// Computed in float64 with compensated sums. Complex numbers count by their magnitude, quantized integers by the reals that
/// they stand for, an element of float4_e2m1fn_x2 as two. NaN and the infinities are counted and left out of
/// <see cref="Mean"/>, <see cref="StandardDeviation"/>, <see cref="Norm"/> and <see cref="Histogram"/>, so that one broken element does not
/// hide what the others are; <see cref="Min"/> and <see cref="Max"/> leave out NaN alone.
/// </remarks>
public sealed record TensorStatistics
{
    /// <summary>The number of values.</summary>
    public required long Count { get; init; }

    /// <summary>How many are 0, of either sign.</summary>
    public required long Zeros { get; init; }

    /// <summary>How many are not a number.</summary>
    public required long NaNs { get; init; }

    /// <summary>How many are positive infinity.</summary>
    public required long PositiveInfinities { get; init; }

    /// <summary>How many are negative infinity.</summary>
    public required long NegativeInfinities { get; init; }

    /// <summary>How many are neither infinite nor NaN.</summary>
    public long FiniteCount => Count - NaNs - PositiveInfinities - NegativeInfinities;

    /// <summary>The least value that is not NaN; null where there is none.</summary>
    public required double? Min { get; init; }

    /// <summary>The greatest value that is not NaN; null where there is none.</summary>
    public required double? Max { get; init; }

    /// <summary>The mean of the finite values; null where there is none.</summary>
    public required double? Mean { get; init; }

    /// <summary>The standard deviation of the finite values over n - 1, as <c>torch.std</c>; null where there are fewer than two.</summary>
    public required double? StandardDeviation { get; init; }

    /// <summary>The square root of the sum of the squares of the finite values; null where there is none.</summary>
    public required double? Norm { get; init; }

    /// <summary>How the finite values are spread; null where there is none or no bins were asked for.</summary>
    public required TensorHistogram? Histogram { get; init; }
}
