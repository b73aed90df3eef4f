using Pth.Bytes;
using Pth.Zip;
using static Pth.CheckpointErrorKind;
using static Pth.Tests.Zip.ZipVectors;

namespace Pth.Tests.Zip;

/// <summary>One change to a good archive, and the error that names it.</summary>
public class ZipMalformedTests
{
    [Theory]
    // The end records.
    [InlineData("no end signature", End, "00", Truncated, Length, null)]
    [InlineData("comment beyond the file", End + 20, "01 00", Truncated, End + 20, null)]
    [InlineData("end on another disk", End + 4, "01 00", Unsupported, End, null)]
    [InlineData("directory on another disk", End + 6, "01 00", Unsupported, End, null)]
    [InlineData("end denies an entry", End + 10, "01 00", InvalidZip, End, null)]
    [InlineData("end denies the directory's length", End + 12, "61 00", InvalidZip, End, null)]
    [InlineData("end denies the directory's offset", End + 16, "5F 00", InvalidZip, End, null)]
    [InlineData("locator on another disk", Locator + 4, "01", Unsupported, Locator, null)]
    [InlineData("two disks", Locator + 16, "02", Unsupported, Locator, null)]
    [InlineData("zip64 end too near", Locator + 8, "C1", InvalidZip, Locator + 8, null)]
    [InlineData("zip64 end elsewhere", Locator + 8, "BF", InvalidZip, 191, null)]
    [InlineData("zip64 end nowhere", Locator + 8, "FF FF FF FF FF FF FF FF", InvalidZip, Locator + 8, null)]
    [InlineData("zip64 end signature", Zip64End, "51", InvalidZip, Zip64End, null)]
    [InlineData("zip64 end too long", Zip64End + 4, "2D", InvalidZip, Zip64End, null)]
    [InlineData("zip64 end huge", Zip64End + 4, "FF FF FF FF FF FF FF FF", InvalidZip, Zip64End, null)]
    [InlineData("zip64 end on another disk", Zip64End + 16, "01", Unsupported, Zip64End, null)]
    [InlineData("zip64 directory on another disk", Zip64End + 20, "01", Unsupported, Zip64End, null)]
    [InlineData("entries on other disks", Zip64End + 24, "01", Unsupported, Zip64End, null)]
    [InlineData("zip64 end denies the length", Zip64End + 40, "63", InvalidZip, End, null)]
    [InlineData("zip64 end denies the offset", Zip64End + 48, "5D", InvalidZip, End, null)]
    // The central directory.
    [InlineData("central signature", CentralX, "51", InvalidZip, CentralX, null)]
    [InlineData("encrypted", CentralX + 8, "09", Unsupported, CentralX, "a/x")]
    [InlineData("patched", CentralX + 8, "28", Unsupported, CentralX, "a/x")]
    [InlineData("strongly encrypted", CentralX + 8, "48", Unsupported, CentralX, "a/x")]
    [InlineData("masked headers", CentralX + 9, "28", Unsupported, CentralX, "a/x")]
    [InlineData("method bzip2", CentralX + 10, "0C", Unsupported, CentralX, "a/x")]
    [InlineData("another checksum", CentralX + 16, "D8", InvalidZip, DescriptorX, "a/x")]
    [InlineData("compressed length differs", CentralX + 20, "05", InvalidZip, CentralX, "a/x")]
    [InlineData("length differs", CentralX + 24, "05", InvalidZip, CentralX, "a/x")]
    [InlineData("one byte more", CentralX + 20, "05 00 00 00 05", InvalidZip, DescriptorX + 1, "a/x")]
    [InlineData("data into the directory", CentralX + 20, "3A 00 00 00 3A", InvalidZip, DataX, "a/x")]
    [InlineData("data beyond the file", CentralX + 20, "FF FF FF 7F FF FF FF 7F", InvalidZip, CentralX, "a/x")]
    [InlineData("length without zip64", CentralX + 20, "FF FF FF FF FF FF FF FF", InvalidZip, CentralX, "a/x")]
    [InlineData("name beyond the directory", CentralX + 28, "C8", InvalidZip, CentralX, null)]
    [InlineData("no name", CentralX + 28, "00 00 03", InvalidZip, CentralX, null)]
    [InlineData("extra fields break off", CentralX + 28, "03 00 5C 00", InvalidZip, CentralX, null)]
    [InlineData("comment beyond the directory", CentralX + 32, "FF FF", InvalidZip, CentralX, null)]
    [InlineData("entry on another disk", CentralX + 34, "01", Unsupported, CentralX, "a/x")]
    [InlineData("header beyond the file", CentralX + 42, "FF FF FF FF", InvalidZip, CentralX, "a/x")]
    [InlineData("header at the directory", CentralX + 42, "5A", InvalidZip, 0x5A, "a/x")]
    [InlineData("header too near the directory", CentralX + 42, "4A", InvalidZip, 0x4A, "a/x")]
    [InlineData("name not UTF-8", CentralX + 46, "61 2F FF", InvalidZip, CentralX, null)]
    [InlineData("name with a zero", CentralX + 46, "61 00 78", InvalidZip, CentralX, null)]
    [InlineData("name that climbs", CentralX + 46, "2E 2E 2F", InvalidZip, CentralX, "../")]
    [InlineData("name that climbs on Windows", CentralX + 46, "2E 2E 5C", InvalidZip, CentralX, "..\\")]
    [InlineData("absolute name", CentralX + 46, "2F 61 78", InvalidZip, CentralX, "/ax")]
    [InlineData("absolute name on Windows", CentralX + 46, "5C 61 78", InvalidZip, CentralX, "\\ax")]
    // What stands around the data.
    [InlineData("local signature", LocalX, "51", InvalidZip, LocalX, "a/x")]
    [InlineData("local flags", LocalX + 6, "00", InvalidZip, LocalX + 6, "a/x")]
    [InlineData("encrypted only here", LocalX + 6, "09", InvalidZip, LocalX + 6, "a/x")]
    [InlineData("local method", LocalX + 8, "08", InvalidZip, LocalX + 8, "a/x")]
    [InlineData("local checksum", LocalX + 14, "01", InvalidZip, LocalX + 14, "a/x")]
    [InlineData("local compressed length", LocalX + 18, "03", InvalidZip, LocalX + 14, "a/x")]
    [InlineData("local length", LocalX + 22, "03", InvalidZip, LocalX + 14, "a/x")]
    [InlineData("local length without descriptor", LocalY + 22, "03", InvalidZip, LocalY + 14, "a/y")]
    [InlineData("local name longer", LocalX + 26, "04", InvalidZip, NameX, "a/x")]
    [InlineData("local name other", NameX + 2, "79", InvalidZip, NameX, "a/x")]
    [InlineData("local name in capitals", NameX + 2, "58", InvalidZip, NameX, "a/x")]
    [InlineData("local extra fields beyond", LocalX + 28, "FF FF", InvalidZip, NameX, "a/x")]
    [InlineData("local extra fields break off", DataX - 2, "05", InvalidZip, LocalX + 28, "a/x")]
    [InlineData("descriptor signature", DescriptorX, "51", InvalidZip, DescriptorX, "a/x")]
    [InlineData("descriptor checksum", DescriptorX + 4, "D8", InvalidZip, DescriptorX, "a/x")]
    [InlineData("descriptor compressed length", DescriptorX + 8, "05", InvalidZip, DescriptorX, "a/x")]
    [InlineData("descriptor length", DescriptorX + 12, "05", InvalidZip, DescriptorX, "a/x")]
    public void One_change_gives_one_located_error(
        string change,
        int at,
        string hex,
        CheckpointErrorKind kind,
        long offset,
        string? entry
    )
    {
        byte[] bytes = Archive();
        Hex(hex).CopyTo(bytes, at);
        CheckpointException error = Open(bytes);
        Assert.Equal((change, kind, entry, offset), (change, error.Kind, error.Entry, error.Offset));
        Assert.Equal("<memory>", error.SourceName);
        Assert.Contains("expected", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("directory too long", 0x63, 0x5E, 2, Zip64End)]
    [InlineData("directory at another place", 0x62, 0x5D, 2, Zip64End)]
    [InlineData("more entries than can be", 0x62, 0x5E, 3, Zip64End)]
    [InlineData("an entry too few", 0x62, 0x5E, 1, CentralY)]
    public void End_records_that_agree_and_lie_are_refused(
        string lie,
        byte length,
        byte directoryOffset,
        byte entries,
        long offset
    )
    {
        byte[] bytes = Archive();
        bytes[Zip64End + 24] = bytes[Zip64End + 32] = bytes[End + 8] = bytes[End + 10] = entries;
        bytes[Zip64End + 40] = bytes[End + 12] = length;
        bytes[Zip64End + 48] = bytes[End + 16] = directoryOffset;
        CheckpointException error = Open(bytes);
        Assert.Equal((lie, InvalidZip, null, offset), (lie, error.Kind, error.Entry, error.Offset));
    }

    [Theory]
    [InlineData("61 2F 78", "a/x")]
    [InlineData("61 2F 58", "a/X")]
    [InlineData("41 2F 58", "A/X")]
    public void Names_that_differ_only_by_case_are_duplicates(string hex, string name)
    {
        byte[] bytes = Archive();
        Hex(hex).CopyTo(bytes, LocalY + 30);
        Hex(hex).CopyTo(bytes, CentralY + 46);
        CheckpointException error = Open(bytes);
        Assert.Equal((DuplicateRecord, name, CentralY), (error.Kind, error.Entry, error.Offset));
    }

    [Fact]
    public void What_is_no_zip_at_all_is_no_zip()
    {
        CheckpointException error = Open([.. "no zip, whatever its name says"u8]);
        Assert.Equal((InvalidZip, 30L), (error.Kind, error.Offset));
    }

    private static CheckpointException Open(byte[] bytes) =>
        Assert.Throws<CheckpointException>(() => ZipArchiveReader.Open(new MemorySource(bytes), ReadLimits.Default));
}
