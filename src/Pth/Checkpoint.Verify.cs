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
        return _content.VerifyChecksums?.Invoke(progress, cancellationToken) ?? new ChecksumReport(0, 0, []);
    }
}
