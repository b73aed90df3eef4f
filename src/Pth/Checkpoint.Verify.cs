using Pth.Formats.TorchZip;

namespace Pth;

// Whether the file is whole.
public sealed partial class Checkpoint
{
    /// <summary>Checks every record of the file against the checksum that it records, also those that no tensor uses. Reads all of it.</summary>
    /// <param name="progress">Told after each record how many bytes are done.</param>
    /// <param name="cancellationToken">Stops between two records.</param>
    /// <returns>What was found; damage is in it and is not thrown.</returns>
    /// <exception cref="InvalidOperationException">The checkpoint was loaded whole, and its file is closed. Loading checked it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ChecksumReport VerifyChecksums(
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        if (_source is null)
        {
            throw new InvalidOperationException("The file is closed; loading it checked its checksums.");
        }
        return TorchZipVerifier.Verify(TorchZipArchive.Open(_source, _limits), progress, cancellationToken);
    }
}
