using Pth.Security;
using static Pth.Tests.Security.Opcodes;

namespace Pth.Tests.Security;

/// <summary>A scan reads headers and pickles. Storages are what a checkpoint is large by.</summary>
public sealed class ScannerReadsTests
{
    private const int Storages = 30;
    private const int StorageLength = 1 << 20;
    private const int Window = 4 << 10;

    [Fact]
    public void No_storage_is_read_beyond_what_stands_beside_a_header()
    {
        byte[] file = Checkpoint(StorageLength);
        using var source = new CountingSource(file);

        ScannedFile result = FileScan.Run(
            source,
            "counted",
            ScanOptions.Default,
            new GlobalRules([]),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(ScanLevel.Safe, result.Level);
        Assert.Equal(1, result.Pickles);
        Assert.InRange(source.Count, 1, (Storages + 8) * Window);
        Assert.InRange(source.Reads, 1, Storages + 12);
        // Of each storage no more than a window behind its header.
        int length = 0;
        int longest = 0;
        foreach (bool isRead in source.IsRead)
        {
            length = isRead ? length + 1 : 0;
            longest = Math.Max(longest, length);
        }
        Assert.InRange(longest, 1, 4 * Window);
    }

    [Fact]
    public void A_storage_that_the_pickle_does_not_vouch_for_is_read()
    {
        byte[] file = new ZipBytes()
            .Add("m/data.pkl", Pickle(16))
            .Add("m/version", [0x33])
            .Add("m/data/0", Join(new byte[100_000], Calling("os", "system"), new byte[100_000]))
            .Build();

        ScanAssert.FindsDanger(file, "os.system");
    }

    private static byte[] Checkpoint(int length)
    {
        ZipBytes zip = new ZipBytes().Add("m/data.pkl", Pickle(length)).Add("m/version", [0x33]);
        for (int i = 0; i < Storages; i++)
        {
            zip.Add($"m/data/{i}", new byte[length]);
        }
        return zip.Build();
    }

    private static byte[] Pickle(int length) =>
        Join(
            Proto(2),
            "](",
            Join([
                .. Enumerable
                    .Range(0, Storages)
                    .Select(i => (object)Tensor(Storage($"{i}", length / 4), 0, length / 4, 1)),
            ]),
            "e."
        );
}
