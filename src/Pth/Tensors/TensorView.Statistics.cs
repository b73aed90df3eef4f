using Pth.Tensors;

namespace Pth;

public sealed partial class TensorView
{
    /// <summary>Counts, range, mean, spread and histogram of the elements, whatever their type.</summary>
    /// <param name="bins">How many bins the histogram has; 0 for none.</param>
    /// <param name="progress">Told now and then how many of <see cref="ByteCount"/> are done.</param>
    /// <param name="cancellationToken">Stops between two parts.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of bins is negative.</exception>
    /// <exception cref="InvalidOperationException">The tensor is sparse, nested or on the meta device.</exception>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.ChecksumMismatch"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint that the storage came from is closed.</exception>
    public TensorStatistics ComputeStatistics(
        int bins = 0,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bins);
        return new StatisticsCollector(this, progress, cancellationToken).Collect(bins);
    }
}
