using Pth.Bytes;
using Pth.Tests.Formats;
using Pth.Zip;

namespace Pth.Tests.Zip;

public class ZipFixtureTests
{
    /// <summary>What is refused among real files: hostile archives, an encrypted one, and shards that are several archives in a row.</summary>
    private static readonly Dictionary<string, CheckpointErrorKind> Refused = new(StringComparer.Ordinal)
    {
        ["benign_password_protected.zip"] = CheckpointErrorKind.Unsupported,
        ["malicious1_0x1.zip"] = CheckpointErrorKind.Unsupported,
        ["malicious1_0x20.zip"] = CheckpointErrorKind.Unsupported,
        ["malicious1_0x40.zip"] = CheckpointErrorKind.Unsupported,
        ["malicious1_central_directory.zip"] = CheckpointErrorKind.InvalidZip,
        ["__0_0.distcp"] = CheckpointErrorKind.InvalidZip,
        ["__1_0.distcp"] = CheckpointErrorKind.InvalidZip,
    };

    [Fact]
    public void Every_real_archive_opens_and_its_bytes_have_the_recorded_checksums()
    {
        int entries = 0;
        foreach (string path in SharedFixtures.Zips())
        {
            using ByteSource source = FileSource.Open(path);
            if (Refused.TryGetValue(Path.GetFileName(path), out CheckpointErrorKind kind))
            {
                CheckpointException error = Assert.Throws<CheckpointException>(() =>
                    ZipArchiveReader.Open(source, ReadLimits.Default)
                );
                Assert.Equal(kind, error.Kind);
                continue;
            }
            ZipArchiveReader zip = ZipArchiveReader.Open(source, ReadLimits.Default);
            foreach (ZipEntry entry in zip.Entries)
            {
                Assert.True(zip.TryFind(entry.Name, out ZipEntry? found));
                Assert.Equal(entry.Index, found.Index);
                Assert.True(zip.Checksum(entry).Verify(), $"{path} records no checksum for {entry.Name}");
                entries++;
            }
        }
        Assert.True(entries > 3_000, $"only {entries} entries were found");
    }
}
