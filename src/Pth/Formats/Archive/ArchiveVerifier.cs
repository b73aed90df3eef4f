using Pth.Zip;

namespace Pth.Formats.Archive;

/// <summary>Checks the checksum of every record of a zip, on all cores.</summary>
internal static class ArchiveVerifier
{
    public static ChecksumReport Verify(
        ZipArchiveReader zip,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        ZipEntry[] entries = [.. zip.Entries];
        var found = new CheckpointException?[entries.Length];
        long total = entries.Sum(entry => entry.Length);
        long done = 0;
        int verified = 0;
        Parallel.For(
            0,
            entries.Length,
            new ParallelOptions { CancellationToken = cancellationToken },
            i =>
            {
                try
                {
                    if (zip.Checksum(entries[i]).Verify())
                    {
                        Interlocked.Increment(ref verified);
                    }
                }
                catch (CheckpointException e)
                {
                    found[i] = e;
                }
                progress?.Report(new TransferProgress(Interlocked.Add(ref done, entries[i].Length), total));
            }
        );
        CheckpointException[] failures = [.. found.OfType<CheckpointException>()];
        return new ChecksumReport(verified, entries.Length - verified - failures.Length, failures);
    }
}
