using Pth.Bytes;
using Pth.Zip;

namespace Pth.Tests.Zip;

public class ZipArchiveReaderTests
{
    [Fact]
    public void The_archive_written_by_hand_is_read()
    {
        ZipArchiveReader zip = Open(ZipVectors.Archive());

        Assert.Equal(
            [
                ("a/x", ZipVectors.LocalX, ZipVectors.DataX, 4, 4, 0x9B661ED7, ZipMethod.Stored),
                ("a/y", ZipVectors.LocalY, 94, 0, 0, 0, ZipMethod.Stored),
            ],
            zip.Entries.Select(e =>
                ((string, long, long, long, long, uint, ZipMethod))
                    (e.Name, e.HeaderOffset, e.DataOffset, e.CompressedLength, e.Length, e.Crc32, e.Method)
            )
        );
        Assert.Equal("DATA"u8, zip.OpenData(zip.Entries[0]).GetSpan(0, 4));
        Assert.True(zip.Checksum(zip.Entries[0]).Verify());
        Assert.Equal("<memory>!a/x", zip.Entries[0].Location.ToString());
    }

    [Theory]
    [InlineData("a/x", true)]
    [InlineData("a/X", false)]
    [InlineData("a/", false)]
    [InlineData("", false)]
    [InlineData("a/\uD800", false)]
    public void Entries_are_found_by_their_exact_name(string name, bool isThere) =>
        Assert.Equal(isThere, Open(ZipVectors.Archive()).TryFind(name, out _));

    [Fact]
    public void The_order_of_the_directory_need_not_be_that_of_the_data()
    {
        byte[] bytes = ZipVectors.Archive();
        byte[] swapped = [.. bytes[..94], .. bytes[143..192], .. bytes[94..143], .. bytes[192..]];
        Assert.Equal(["a/y", "a/x"], Open(swapped).Entries.Select(entry => entry.Name));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(65535)]
    public void Bytes_after_the_end_are_tolerated_as_PyTorch_tolerates_them(int count)
    {
        byte[] bytes = [.. ZipVectors.Archive(), .. new byte[count]];
        Assert.Equal(2, Open(bytes).Entries.Count);
    }

    [Fact]
    public void A_comment_may_have_its_full_length()
    {
        byte[] bytes = [.. ZipVectors.Archive(), .. new byte[65535]];
        bytes[ZipVectors.End + 20] = 0xFF;
        bytes[ZipVectors.End + 21] = 0xFF;
        Assert.Equal(2, Open(bytes).Entries.Count);
    }

    [Fact]
    public void One_byte_more_after_the_end_hides_it()
    {
        byte[] bytes = [.. ZipVectors.Archive(), .. new byte[65536]];
        CheckpointException error = Assert.Throws<CheckpointException>(() => Open(bytes));
        Assert.Equal((CheckpointErrorKind.Truncated, bytes.Length), (error.Kind, error.Offset));
    }

    [Fact]
    public void An_archive_without_zip64_records_is_read()
    {
        byte[] bytes = ZipVectors.Archive();
        byte[] classic = [.. bytes[..ZipVectors.Zip64End], .. bytes[ZipVectors.End..]];
        Assert.Equal(2, Open(classic).Entries.Count);
        Assert.Empty(Open([.. "PK\x05\x06"u8, .. new byte[18]]).Entries);
    }

    [Theory]
    [InlineData("00 00 00 00  1E 66 9B D7", "a wrong signature and checksum", false)]
    [InlineData("50 4B 07 08  D7 1E 66 9B  04 00 00 00  04 00 00 00", "16 bytes", true)]
    [InlineData("50 4B 07 08  D7 1E 66 9B  04 00 00 00  00 00 00 00  04 00 00 00  00 00 00 00", "24 bytes", true)]
    [InlineData("D7 1E 66 9B  04 00 00 00  04 00 00 00", "12 bytes, no signature", true)]
    [InlineData("D7 1E 66 9B  04 00 00 00  00 00 00 00  04 00 00 00  00 00 00 00", "20 bytes, no signature", true)]
    [InlineData("", "nothing", false)]
    [InlineData("50 4B 07 08  D7 1E 66 9B  04 00 00 00  05 00 00 00", "another length", false)]
    public void Every_form_of_data_descriptor_is_checked(string hex, string form, bool isRight)
    {
        byte[] bytes = ZipVectors.Archive();
        byte[] descriptor = ZipVectors.Hex(hex.Replace("  ", " ", StringComparison.Ordinal));
        byte[] archive = ZipVectors.WithEnd(
            [.. bytes[..ZipVectors.DescriptorX], .. descriptor],
            bytes[ZipVectors.CentralX..ZipVectors.CentralY]
        );
        if (isRight)
        {
            Assert.Equal(4, Open(archive).Entries.Single().Length);
        }
        else
        {
            CheckpointException error = Assert.Throws<CheckpointException>(() => Open(archive));
            Assert.Equal(CheckpointErrorKind.InvalidZip, error.Kind);
            Assert.Equal((form, "a/x", 41L), (form, error.Entry, error.Offset));
        }
    }

    [Fact]
    public void Zip64_numbers_are_taken_where_the_header_refers_to_them()
    {
        byte[] bytes = ZipVectors.Archive();
        byte[] central = bytes[ZipVectors.CentralX..ZipVectors.CentralY];
        central.AsSpan(20, 8).Fill(0xFF);
        central.AsSpan(42, 4).Fill(0xFF);
        central[30] = 28;
        byte[] extra = ZipVectors.Hex(
            "01 00 18 00 04 00 00 00 00 00 00 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
        );
        byte[] local = bytes[..ZipVectors.LocalY];
        ZipEntry entry = Open(ZipVectors.WithEnd(local, [.. central, .. extra])).Entries.Single();
        Assert.Equal((0, 4, 4), (entry.HeaderOffset, entry.CompressedLength, entry.Length));

        extra[4] = 5;
        Assert.Throws<CheckpointException>(() => Open(ZipVectors.WithEnd(local, [.. central, .. extra])));
        // Two numbers are there, three are asked for.
        byte[] tooShort = [0x01, 0x00, 0x14, 0x00, .. extra[4..24]];
        central[30] = 24;
        CheckpointException error = Assert.Throws<CheckpointException>(() =>
            Open(ZipVectors.WithEnd(local, [.. central, .. tooShort]))
        );
        Assert.Equal((CheckpointErrorKind.InvalidZip, "a/x", 57L), (error.Kind, error.Entry, error.Offset));
        // The same field twice.
        central[30] = 56;
        extra[4] = 4;
        Assert.Throws<CheckpointException>(() => Open(ZipVectors.WithEnd(local, [.. central, .. extra, .. extra])));
    }

    [Fact]
    public void An_entry_inside_another_is_refused()
    {
        byte[] bytes = ZipVectors.Archive();
        byte[] hidden = bytes[ZipVectors.LocalY..ZipVectors.CentralX];
        byte[] central = bytes[ZipVectors.CentralX..ZipVectors.Zip64End];
        // a/x is made to hold the local header of a/y as its data, without a descriptor.
        byte[] local = [.. bytes[..ZipVectors.DataX], .. hidden];
        uint crc = System.IO.Hashing.Crc32.HashToUInt32(hidden);
        local[6] = central[8] = 0;
        foreach ((byte[] header, int at) in new[] { (local, 14), (central, 16) })
        {
            BitConverter.TryWriteBytes(header.AsSpan(at), crc);
            header[at + 4] = header[at + 8] = (byte)hidden.Length;
        }
        central[49 + 42] = ZipVectors.DataX;

        CheckpointException error = Assert.Throws<CheckpointException>(() =>
            Open(ZipVectors.WithEnd(local, central, 2))
        );
        Assert.Equal((CheckpointErrorKind.InvalidZip, "a/y", 37L), (error.Kind, error.Entry, error.Offset));

        byte[] reversed = [.. central[49..], .. central[..49]];
        error = Assert.Throws<CheckpointException>(() => Open(ZipVectors.WithEnd(local, reversed, 2)));
        Assert.Equal((CheckpointErrorKind.InvalidZip, "a/y", 37L), (error.Kind, error.Entry, error.Offset));
    }

    [Fact]
    public void More_than_65535_entries_are_read_and_found()
    {
        ZipRecord[] records =
        [
            .. Enumerable.Range(0, 70_000).Select(i => new ZipRecord($"data/{i}", new MemorySource(new byte[i % 3]))),
        ];
        byte[] bytes = ZipWriterTests.Write(ZipLayout.Plan("archive", records, 1));
        Assert.Equal(0xFFFF, BitConverter.ToUInt16(bytes, bytes.Length - 12));

        ZipArchiveReader zip = Open(bytes);
        Assert.Equal(70_000, zip.Entries.Count);
        for (int i = 0; i < records.Length; i++)
        {
            Assert.True(zip.TryFind($"archive/data/{i}", out ZipEntry? entry));
            Assert.Equal(i % 3, entry.Length);
        }
    }

    [Fact]
    public void Limits_hold_at_the_limit_and_not_one_past_it()
    {
        byte[] bytes = ZipVectors.Archive();
        Assert.Equal(2, Open(bytes, new ReadLimits { MaxRecords = 2, MaxNameLength = 3 }).Entries.Count);

        CheckpointException error = Assert.Throws<CheckpointException>(() =>
            Open(bytes, new ReadLimits { MaxRecords = 1 })
        );
        Assert.Equal((CheckpointErrorKind.LimitExceeded, null, 94L), (error.Kind, error.Entry, error.Offset));

        error = Assert.Throws<CheckpointException>(() => Open(bytes, new ReadLimits { MaxNameLength = 2 }));
        Assert.Equal((CheckpointErrorKind.LimitExceeded, null, 94L), (error.Kind, error.Entry, error.Offset));
    }

    [Fact]
    public void A_name_is_measured_in_UTF16_units()
    {
        byte[] bytes = ZipWriterTests.Write(
            ZipLayout.Plan("模型", [new ZipRecord("é🔥", new MemorySource("x"u8.ToArray()))], 64)
        );
        Assert.True(Open(bytes, new ReadLimits { MaxNameLength = 6 }).TryFind("模型/é🔥", out _));
        Assert.Throws<CheckpointException>(() => Open(bytes, new ReadLimits { MaxNameLength = 5 }));
    }

    [Fact]
    public void A_cut_at_every_byte_is_refused()
    {
        byte[] bytes = ZipVectors.Archive();
        for (int length = 0; length < bytes.Length; length++)
        {
            byte[] cut = bytes[..length];
            CheckpointException error = Assert.Throws<CheckpointException>(() => Open(cut));
            Assert.Equal(length < 4 ? CheckpointErrorKind.InvalidZip : CheckpointErrorKind.Truncated, error.Kind);
        }
    }

    [Fact]
    public void A_flip_of_any_bit_gives_the_right_bytes_or_an_error()
    {
        byte[] bytes = ZipVectors.Archive();
        int refused = 0;
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            byte[] flipped = [.. bytes];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                ZipArchiveReader zip = Open(flipped);
                foreach (ZipEntry entry in zip.Entries)
                {
                    zip.Checksum(entry).Verify();
                }
                Assert.True(zip.TryFind("a/x", out ZipEntry? x));
                Assert.Equal("DATA"u8, zip.OpenData(x).GetSpan(0, 4));
                Assert.True(zip.TryFind("a/y", out _));
            }
            catch (CheckpointException)
            {
                refused++;
            }
        }
        Assert.True(refused > bytes.Length * 4, $"only {refused} of {bytes.Length * 8} flips were seen");
    }

    private static ZipArchiveReader Open(byte[] bytes, ReadLimits? limits = null) =>
        ZipArchiveReader.Open(new MemorySource(bytes), limits ?? ReadLimits.Default);
}
