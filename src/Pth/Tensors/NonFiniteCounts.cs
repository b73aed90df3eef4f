namespace Pth;

/// <summary>How many values of a tensor no training survives: see <see cref="TensorView.CountNonFinite(IProgress{TransferProgress}?, CancellationToken)"/>.</summary>
/// <remarks>The same numbers as in <see cref="TensorStatistics"/>, found without computing the rest.</remarks>
/// <param name="Count">The number of values.</param>
/// <param name="NaNs">How many are not a number.</param>
/// <param name="PositiveInfinities">How many are positive infinity.</param>
/// <param name="NegativeInfinities">How many are negative infinity.</param>
public sealed record NonFiniteCounts(long Count, long NaNs, long PositiveInfinities, long NegativeInfinities)
{
    /// <summary>How many are NaN or infinite.</summary>
    public long Total => NaNs + PositiveInfinities + NegativeInfinities;
}
