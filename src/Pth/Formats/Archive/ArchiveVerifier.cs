using Pth.Tensors;
using Pth.Zip;

namespace Pth.Formats.Archive;

/// <summary>Checks the checksum of every record of a zip, on all cores.</summary>
internal static class ArchiveVerifier
{
    /// <param name="zip">The file.</param>
    /// <param name="storages">Storages in it, which then need no check of their own.</param>
    /// <param name="progress">Told now and then how many bytes are done.</param>
    /// <param name="cancellationToken">Stops between two parts.</param>
    public static ChecksumReport Verify(
        ZipArchiveReader zip,
        IEnumerable<Storage> storages,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var ofStorages = new Dictionary<long, StorageChecksum>();
        foreach (Storage storage in storages)
        {
            if (storage is { FileOffset: { } offset, Checksum: { } checksum })
            {
                ofStorages[offset] = checksum;
            }
        }
        StorageChecksum[] checksums =
        [
            .. zip.Entries.Select(entry =>
                entry.Method == ZipMethod.Stored && ofStorages.TryGetValue(entry.DataOffset, out StorageChecksum? known)
                    ? known
                    : zip.Checksum(entry)
            ),
        ];
        CheckpointException?[] found = ChecksumPass.Run(checksums, progress, cancellationToken);
        CheckpointException[] failures = [.. found.OfType<CheckpointException>()];
        int verified = checksums.Where((checksum, i) => found[i] is null && checksum.IsRight).Count();
        return new ChecksumReport(verified, checksums.Length - verified - failures.Length, failures);
    }
}
