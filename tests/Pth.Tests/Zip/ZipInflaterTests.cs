using System.Buffers.Binary;
using System.IO.Compression;
using Pth.Bytes;
using Pth.Zip;

namespace Pth.Tests.Zip;

/// <summary>Deflated entries, written by .NET's own zip writer.</summary>
public class ZipInflaterTests
{
    private const string Name = "archive/code/model.py";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_deflated_entry_is_unpacked_and_checked(bool seekable)
    {
        byte[] content = Content(100_000);
        ZipArchiveReader zip = Open(Deflate(content, seekable));
        ZipEntry entry = zip.Entries.Single();

        Assert.Equal(ZipMethod.Deflated, entry.Method);
        Assert.Equal(content, zip.OpenData(entry).GetSpan(0, content.Length));
        Assert.Same(zip.OpenData(entry), zip.OpenData(entry));
        Assert.True(zip.Checksum(entry).Verify());
    }

    [Fact]
    public void The_limit_of_the_unpacked_size_holds_at_the_limit_and_not_one_past_it()
    {
        byte[] bytes = Deflate(Content(1_000));
        ZipArchiveReader zip = Open(bytes, new ReadLimits { MaxInflatedLength = 1_000 });
        Assert.Equal(1_000, zip.OpenData(zip.Entries[0]).GetSpan(0, 1_000).Length);

        zip = Open(bytes, new ReadLimits { MaxInflatedLength = 999 });
        CheckpointException error = Assert.Throws<CheckpointException>(() => zip.OpenData(zip.Entries[0]));
        Assert.Equal((CheckpointErrorKind.LimitExceeded, Name), (error.Kind, error.Entry));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void Unpacking_to_another_size_than_declared_is_refused(int difference)
    {
        byte[] bytes = Deflate(Content(1_000));
        int central = bytes.AsSpan().LastIndexOf("PK\x01\x02"u8);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(22), 1_000 + difference);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(central + 24), 1_000 + difference);
        ZipArchiveReader zip = Open(bytes);
        CheckpointException error = Assert.Throws<CheckpointException>(() =>
            zip.OpenData(zip.Entries[0]).GetSpan(0, 1).Length
        );
        Assert.Equal((CheckpointErrorKind.InvalidZip, Name), (error.Kind, error.Entry));
        Assert.Contains($"expected {1_000 + difference}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_checksum_of_what_is_unpacked_is_refused()
    {
        byte[] bytes = Deflate(Content(1_000));
        int central = bytes.AsSpan().LastIndexOf("PK\x01\x02"u8);
        bytes[14] ^= 1;
        bytes[central + 16] ^= 1;
        ZipArchiveReader zip = Open(bytes);
        CheckpointException error = Assert.Throws<CheckpointException>(() =>
            zip.OpenData(zip.Entries[0]).GetSpan(0, 1).Length
        );
        Assert.Equal((CheckpointErrorKind.ChecksumMismatch, Name), (error.Kind, error.Entry));
    }

    [Fact]
    public void Bytes_after_the_deflate_stream_are_refused()
    {
        byte[] bytes = Deflate(Content(1_000));
        ZipEntry entry = Open(bytes).Entries[0];
        int end = (int)(entry.DataOffset + entry.CompressedLength);
        int central = bytes.AsSpan().LastIndexOf("PK\x01\x02"u8);
        byte[] longer = [.. bytes[..end], 0, .. bytes[end..]];
        longer[18]++;
        longer[central + 1 + 20]++;
        longer[^6]++;
        ZipArchiveReader zip = Open(longer);
        CheckpointException error = Assert.Throws<CheckpointException>(() =>
            zip.OpenData(zip.Entries[0]).GetSpan(0, 1).Length
        );
        Assert.Equal((CheckpointErrorKind.InvalidZip, Name), (error.Kind, error.Entry));
        Assert.Contains(
            "found a deflate stream that ends before its last byte",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Bytes_that_are_no_deflate_stream_are_refused()
    {
        byte[] bytes = Deflate(Content(1_000));
        bytes.AsSpan((int)Open(bytes).Entries[0].DataOffset, 20).Fill(0xFF);
        ZipArchiveReader zip = Open(bytes);
        CheckpointException error = Assert.Throws<CheckpointException>(() =>
            zip.OpenData(zip.Entries[0]).GetSpan(0, 1).Length
        );
        Assert.Equal((CheckpointErrorKind.InvalidZip, Name), (error.Kind, error.Entry));
    }

    [Fact]
    public void More_than_deflate_can_give_is_refused_before_anything_is_unpacked()
    {
        byte[] bytes = Deflate(Content(1_000));
        ZipEntry entry = Open(bytes).Entries[0];
        int central = bytes.AsSpan().LastIndexOf("PK\x01\x02"u8);
        int most = (int)entry.CompressedLength * 1_032 + 1_031;
        foreach ((int length, bool isPossible) in new[] { (most, true), (most + 1, false) })
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(22), length);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(central + 24), length);
            if (isPossible)
            {
                Assert.Equal(length, Open(bytes).Entries[0].Length);
            }
            else
            {
                CheckpointException error = Assert.Throws<CheckpointException>(() => Open(bytes));
                Assert.Equal((CheckpointErrorKind.InvalidZip, Name, central), (error.Kind, error.Entry, error.Offset));
            }
        }
    }

    private static byte[] Content(int length)
    {
        byte[] content = new byte[length];
        for (int i = 0; i < length; i++)
        {
            content[i] = (byte)((long)i * i % 251);
        }
        return content;
    }

    private static byte[] Deflate(byte[] content, bool seekable = true)
    {
        using var memory = new MemoryStream();
        using (Stream target = seekable ? memory : new OneWayStream(memory))
        using (var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = zip.CreateEntry(Name, CompressionLevel.Optimal).Open();
            entry.Write(content);
        }
        return memory.ToArray();
    }

    private static ZipArchiveReader Open(byte[] bytes, ReadLimits? limits = null) =>
        ZipArchiveReader.Open(new MemorySource(bytes), limits ?? ReadLimits.Default);
}
