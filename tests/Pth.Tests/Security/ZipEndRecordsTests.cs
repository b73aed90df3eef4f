using System.Text;
using static Pth.Tests.Security.Opcodes;

namespace Pth.Tests.Security;

/// <summary>
/// Zips whose end records lead to several central directories. PyTorch goes by the zip64 record that its locator names, and by the offset in
/// it; Python's zipfile by the record in front of the locator, and by sizes (<c>LiveZipEndRecordsTests</c> asks them).
/// </summary>
public sealed class ZipEndRecordsTests
{
    [Theory]
    [MemberData(nameof(ZipEndRecords.All), MemberType = typeof(ZipEndRecords))]
    public void What_any_of_the_directories_leads_to_is_looked_at(string records)
    {
        byte[] payload = Calling("os", "system");
        byte[] harmless = Join(Proto(2), "N.");
        for (int bad = 0; bad < 3; bad++)
        {
            byte[][] pickles = [harmless, harmless, harmless];
            pickles[bad] = payload;

            ScannedFile file = ScanAssert.Scan(ZipEndRecords.Make(records, pickles));

            // A directory that no end record leads to is not found: then what it would have said of the record is not known either.
            bool isLedTo = ZipEndRecords.Directories(records).Contains((char)('A' + bad));
            Assert.True(file.Level == ScanLevel.Dangerous || (!isLedTo && file.Level == ScanLevel.Suspicious));
            Assert.Contains(file.Findings, finding => finding.Rule == "PTH036");
        }
    }

    [Fact]
    public void Records_behind_the_entries_of_a_directory_are_looked_at()
    {
        byte[] stray = new ZipBytes().Add("m/other.pkl", Calling("os", "system")).Build();
        byte[] file = ZipEndRecords.Make(
            "an offset and a size apart",
            [Join(Proto(2), "N."), stray, Join(Proto(2), "N.")]
        );

        Assert.Equal(ScanLevel.Dangerous, ScanAssert.Scan(file).Level);
    }

    [Fact]
    public void A_row_of_zips_is_read_as_one_by_who_goes_by_the_offset()
    {
        byte[] harmless = Join(Proto(2), "N.");
        // Its end record leads to a directory in a stored record of the first zip, whose pickle is packed.
        byte[] inner = ZipEndRecords.Make("zip64 beside 32 bits", [harmless, Calling("os", "system"), harmless]);
        byte[] first = new ZipBytes().Add("m/data/0", inner[..^98]).Build();
        byte[] last = new ZipBytes().Add("m/data.pkl", harmless).Build();
        int directory = inner.AsSpan().IndexOf("PK\u0001\u0002"u8);
        byte[] row = [.. first, .. last];
        BitConverter.TryWriteBytes(row.AsSpan(row.Length - 6), directory + "m/data/0".Length + 30);

        ScannedFile file = ScanAssert.Scan(row);

        Assert.Contains(file.Findings, finding => finding.Reason.Contains("disagree", StringComparison.Ordinal));
        Assert.InRange(file.Level, ScanLevel.Suspicious, ScanLevel.Dangerous);
    }

    [Fact]
    public void A_row_of_sound_zips_is_safe()
    {
        byte[] zip = new ZipBytes().Add("m/data.pkl", Join(Proto(2), "N.")).Build();

        ScanAssert.IsSafe([.. zip, .. zip, .. zip]);
    }

    [Fact]
    public void An_archive_behind_other_bytes_has_one_directory()
    {
        byte[] file = new ZipBytes().Add("m/data.pkl", Join(Proto(2), "N.")).Build();

        ScannedFile found = ScanAssert.Scan([.. Encoding.ASCII.GetBytes("#!/bin/sh\n"), .. file]);

        Assert.DoesNotContain(found.Findings, finding => finding.Reason.Contains("disagree", StringComparison.Ordinal));
    }
}
