using Pth.Errors;
using Pth.Formats;

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

    /// <summary>
    /// The checkpoints in a folder and the folders below it, to be opened one by one: files that are checkpoints by their content or by their
    /// extension, an index in the place of its shards, and folders that a checkpoint was unpacked to. Links are not followed.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="IOException">The folder or a file in it cannot be read.</exception>
    public static IReadOnlyList<string> FindIn(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return CheckpointFiles.Find(folder);
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
