using Pth.Errors;

namespace Pth;

// Whether the file is whole.
public sealed partial class Checkpoint
{
    /// <summary>Checks every record of the file against the checksum that it records, also those that no tensor uses. Reads all of it.</summary>
    /// <param name="progress">Told now and then, from any thread, how many bytes are done.</param>
    /// <param name="cancellationToken">Stops between two parts.</param>
    /// <returns>What was found; damage is in it and is not thrown. Containers without checksums have nothing to check.</returns>
    /// <exception cref="InvalidOperationException">The checkpoint was loaded whole, and its file is closed. Loading checked it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ChecksumReport VerifyChecksums(
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        if (_content.Memory is not null)
        {
            throw new InvalidOperationException("The file is closed; loading it checked its checksums.");
        }
        if (_content.VerifyChecksums?.Invoke(progress, cancellationToken) is not { } report)
        {
            return new ChecksumReport(0, 0, []);
        }
        return report.Failures.Count == 0 ? report : report with { Damaged = [.. FindDamaged(report.Failures)] };
    }

    private IEnumerable<DamagedRecord> FindDamaged(IReadOnlyList<CheckpointException> failures)
    {
        ILookup<(string?, string?), NamedTensor> byRecord = Tensors
            .Where(named => named.Tensor.Storage.Checksum is not null)
            .ToLookup(named =>
            {
                ErrorLocation place = named.Tensor.Storage.Checksum!.Location;
                return (place.SourceName, place.Entry);
            });
        return failures.Select(failure => new DamagedRecord(
            failure,
            [.. byRecord[(failure.SourceName, failure.Entry)]]
        ));
    }
}
