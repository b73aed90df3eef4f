using Pth.Bytes;
using Pth.Tests.Formats;
using Pth.Zip;

namespace Pth.Tests.Zip;

public class ZipWriterTests
{
    [Fact]
    public void A_small_archive_is_written_as_by_hand()
    {
        ZipLayout layout = ZipLayout.Plan("a", [Record("x", "DATA"u8), Record("y", [])], alignment: 1);

        Assert.Equal(ZipVectors.Length, layout.Length);
        Assert.Equal(ZipVectors.Archive(), Write(layout));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(48)]
    [InlineData(64)]
    [InlineData(4096)]
    [InlineData(32768)]
    [InlineData(65472)]
    public void Data_begins_at_multiples_of_the_alignment_after_padding_of_Z(int alignment)
    {
        ZipLayout layout = ZipLayout.Plan(
            "archive",
            [Record("x", "DATA"u8), Record("data/0", new byte[100])],
            alignment
        );
        byte[] bytes = Write(layout);

        foreach (ZipPlacement placement in layout.Placements)
        {
            Assert.Equal(0, placement.DataOffset % alignment);
        }
        int padding = BitConverter.ToUInt16(bytes, 30 + "archive/x".Length + 2);
        Assert.Equal(30 + "archive/x".Length + 4 + padding, layout.Placements[0].DataOffset);
        Assert.True(bytes.AsSpan(30 + "archive/x".Length + 4, padding).IndexOfAnyExcept((byte)'Z') < 0);
    }

    [Fact]
    public void An_alignment_whose_padding_does_not_fit_in_a_header_is_refused()
    {
        // 30 + 3 + 4 bytes come before the padding, which would be 65499 and fit; one more record cannot.
        ZipRecord[] fits = [Record("x", "DATA"u8)];
        Assert.Equal(65536, ZipLayout.Plan("a", fits, 65536).Placements[0].DataOffset);
        ZipRecord[] doesNot = [Record("x", new byte[65536 - 16 - 36]), Record("y", [])];
        Assert.Throws<ArgumentException>(() => ZipLayout.Plan("a", doesNot, 65536));
        Assert.Throws<ArgumentOutOfRangeException>(() => ZipLayout.Plan("a", fits, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ZipLayout.Plan("a", fits, 65537));
    }

    [Fact]
    public void The_last_record_is_made_from_the_checksums_of_the_others()
    {
        ZipLayout layout = ZipLayout.Plan("a", [Record("x", "DATA"u8), new ZipRecord("id", 4, null)], 64);
        IReadOnlyList<uint> given = [];
        byte[] bytes = Write(
            layout,
            checksums =>
            {
                given = [.. checksums];
                return "LAST"u8.ToArray();
            }
        );

        Assert.Equal([0x9B661ED7u], given);
        ZipArchiveReader zip = ZipArchiveReader.Open(new MemorySource(bytes), ReadLimits.Default);
        Assert.True(zip.TryFind("a/id", out ZipEntry? entry));
        Assert.Equal("LAST"u8, zip.OpenData(entry).GetSpan(0, 4));
        Assert.True(zip.Checksum(entry).Verify());
    }

    [Fact]
    public void A_record_without_data_must_be_the_last_and_needs_its_maker()
    {
        Assert.Throws<ArgumentException>(() =>
            ZipLayout.Plan("a", [new ZipRecord("id", 4, null), Record("x", "DATA"u8)], 64)
        );
        ZipLayout layout = ZipLayout.Plan("a", [new ZipRecord("id", 4, null)], 64);
        Assert.Throws<ArgumentException>(() => Write(layout));
        Assert.Throws<InvalidOperationException>(() => Write(layout, _ => new byte[5]));
        Assert.Throws<ArgumentException>(() => Write(ZipLayout.Plan("a", [Record("x", "DATA"u8)], 64), _ => []));
    }

    [Fact]
    public void Damaged_bytes_are_not_copied_on_and_the_old_file_stays()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("old.pth", "old"u8);
        byte[] data = new byte[3_000_000];
        var location = new Errors.ErrorLocation("source.pth", "archive/data/0");
        var expected = new StorageChecksum(new MemorySource(data), recorded: 0x12345678, location);
        ZipLayout layout = ZipLayout.Plan("a", [new ZipRecord("data/0", new MemorySource(data), expected)], 64);

        CheckpointException error = Assert.Throws<CheckpointException>(() =>
        {
            using ByteSink sink = ByteSink.Create(path, layout.Length, Durability.Synced);
            ZipWriter.Write(layout, sink);
            sink.Commit();
        });

        Assert.Equal(CheckpointErrorKind.ChecksumMismatch, error.Kind);
        Assert.Equal("archive/data/0", error.Entry);
        Assert.Equal("old"u8, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_file_written_by_several_threads_equals_the_stream_written_in_order()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(7);
        ZipRecord[] records =
        [
            .. new[] { 0, 1, 63, 64, 5_000, 3_500_000, 100, 1 << 20, (1 << 20) - 200, 2_000_001, 7 }.Select(
                (length, i) =>
                {
                    byte[] data = new byte[length];
                    random.NextBytes(data);
                    return Record($"data/{i}", data);
                }
            ),
        ];
        ZipLayout layout = ZipLayout.Plan("archive", records, 64);
        byte[] inOrder = Write(layout);
        string path = Path.Combine(folder.Path, "new.pth");
        using (ByteSink sink = ByteSink.Create(path, layout.Length, Durability.Kernel))
        {
            ZipWriter.Write(layout, sink);
            sink.Commit();
        }

        Assert.Equal(inOrder, File.ReadAllBytes(path));
        using var pipe = new MemoryStream();
        ZipWriter.Write(layout, new StreamSink(new OneWayStream(pipe)));
        Assert.Equal(inOrder, pipe.ToArray());
        using ByteSource source = FileSource.Open(path);
        ZipArchiveReader zip = ZipArchiveReader.Open(source, ReadLimits.Default);
        Assert.Equal(records.Length, zip.Entries.Count);
        Assert.All(zip.Entries, entry => Assert.True(zip.Checksum(entry).Verify()));
    }

    [Fact]
    public void Every_archive_of_PyTorch_is_laid_out_again_byte_for_byte()
    {
        int files = 0;
        foreach (string path in SharedFixtures.Zips().Where(IsOfPyTorch))
        {
            using ByteSource source = FileSource.Open(path);
            ZipArchiveReader zip = ZipArchiveReader.Open(source, ReadLimits.Default);
            ZipEntry[] entries = [.. zip.Entries];
            string archive = entries[0].Name.Split('/')[0];
            ZipRecord[] records =
            [
                .. entries.Select(entry => new ZipRecord(
                    entry.Name[(archive.Length + 1)..],
                    zip.OpenData(entry),
                    zip.Checksum(entry)
                )),
            ];
            ZipLayout layout = ZipLayout.Plan(archive, records, AlignmentOf(zip, archive));
            Assert.True(Write(layout).AsSpan().SequenceEqual(source.GetSpan(0, (int)source.Length)), path);
            files++;
        }
        Assert.True(files > 150, $"only {files} files were found");
    }

    [Fact]
    public void Cancelling_stops_the_write()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        ZipLayout layout = ZipLayout.Plan("a", [Record("x", "DATA"u8)], 64);
        Assert.Throws<OperationCanceledException>(() =>
            ZipWriter.Write(layout, new StreamSink(new MemoryStream()), cancellationToken: cancellation.Token)
        );
    }

    [Fact]
    public void Progress_ends_with_the_whole_length()
    {
        var reports = new List<TransferProgress>();
        ZipLayout layout = ZipLayout.Plan("a", [Record("x", new byte[5_000_000])], 64);
        ZipWriter.Write(layout, new StreamSink(new MemoryStream()), progress: new Collector(reports));
        Assert.Equal(new TransferProgress(layout.Length, layout.Length), reports[^1]);
    }

    private static ZipRecord Record(string name, ReadOnlySpan<byte> data) =>
        new(name, new MemorySource(data.ToArray()));

    internal static byte[] Write(ZipLayout layout, Func<IReadOnlyList<uint>, byte[]>? makeLast = null)
    {
        using var stream = new MemoryStream();
        using var sink = new StreamSink(stream);
        ZipWriter.Write(layout, sink, makeLast);
        sink.Commit();
        return stream.ToArray();
    }

    /// <summary>torch.save alone: TorchScript and packages hold deflated code, and other tools write other headers.</summary>
    private static bool IsOfPyTorch(string path)
    {
        if (Path.GetExtension(path) == ".distcp")
        {
            return false;
        }
        byte[] bytes = File.ReadAllBytes(path);
        // Only miniz in PyTorch pads with FB; only miniz writes version 0 for what is stored.
        int nameLength = BitConverter.ToUInt16(bytes, 26);
        bool padded = BitConverter.ToUInt16(bytes, 28) >= 4 && bytes.AsSpan(30 + nameLength).IndexOf("FB"u8) is 0 or 20;
        return padded && bytes.AsSpan().IndexOf("/constants.pkl"u8) < 0 && bytes.AsSpan().IndexOf("/data.pkl"u8) >= 0;
    }

    private static int AlignmentOf(ZipArchiveReader zip, string archive) =>
        zip.TryFind($"{archive}/.storage_alignment", out ZipEntry? entry)
            ? int.Parse(
                System.Text.Encoding.ASCII.GetString(zip.OpenData(entry).GetSpan(0, (int)entry.Length)),
                System.Globalization.CultureInfo.InvariantCulture
            )
            : 64;

    private sealed class Collector(List<TransferProgress> reports) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => reports.Add(value);
    }
}
