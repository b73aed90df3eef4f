using Pth.Tensors;

namespace Pth;

public sealed partial class TensorView
{
    /// <summary>Counts NaN and infinity among the elements, whatever their type, with all cores.</summary>
    /// <remarks>
    /// Complex numbers count by their magnitude and quantized integers by the reals that they stand for, as in <see cref="TensorStatistics"/>.
    /// </remarks>
    /// <param name="progress">Told now and then, from any thread, how many of <see cref="ByteCount"/> are done.</param>
    /// <param name="cancellationToken">Stops between two parts.</param>
    /// <exception cref="InvalidOperationException">The tensor is sparse, nested or on the meta device.</exception>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.ChecksumMismatch"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint that the storage came from is closed.</exception>
    public NonFiniteCounts CountNonFinite(
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => CountNonFinite([this], progress, cancellationToken)[0];

    /// <summary>Counts NaN and infinity among the elements of many tensors, with all cores.</summary>
    /// <param name="tensors">The tensors, best in the order in which they lie in the file.</param>
    /// <param name="progress">Told now and then, from any thread, how many of their bytes are done.</param>
    /// <param name="cancellationToken">Stops between two parts.</param>
    /// <returns>The counts of each.</returns>
    /// <exception cref="InvalidOperationException">A tensor is sparse, nested or on the meta device.</exception>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.ChecksumMismatch"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint that a storage came from is closed.</exception>
    public static IReadOnlyList<NonFiniteCounts> CountNonFinite(
        IReadOnlyList<TensorView> tensors,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(tensors);
        return new NonFiniteCounter(tensors, progress).Run(cancellationToken);
    }
}
