using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using static Pth.Tests.Security.Opcodes;
using static Pth.Tests.Security.ScanAssert;

namespace Pth.Tests.Security;

/// <summary>Small files that want much time or memory. Each of these took minutes or gigabytes if it were followed to the letter.</summary>
public sealed class ScannerLimitTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("a long text as a name, again and again")]
    [InlineData("a long text as the key of a storage")]
    [InlineData("a long text to bytes, again and again")]
    [InlineData("calls of what is no name")]
    [InlineData("states of classes")]
    [InlineData("a million names")]
    [InlineData("starts of pickles everywhere")]
    [InlineData("imports everywhere")]
    [InlineData("marks")]
    public void A_pickle_takes_time_in_proportion_to_its_bytes(string what)
    {
        byte[] pickle = Greedy(what);
        long start = Stopwatch.GetTimestamp();

        ScannedFile result = Scan(pickle);

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Patience);
        Assert.Null(result.Error);
    }

    [Fact]
    public void Names_are_counted_among_what_a_pickle_may_hold()
    {
        byte[] pickle = Join(Proto(2), Names(110_000), "N.");

        Finds(pickle, ScanLevel.Suspicious, "PTH029");
    }

    [Fact]
    public void A_flood_of_one_kind_does_not_wash_the_others_away()
    {
        byte[] pickle = Join(Proto(2), Names(5_000), "NR", Calling("os", "system")[2..]);

        FindsDanger(pickle, "os.system");
        Finds(pickle, ScanLevel.Suspicious, "PTH026");
        Assert.Equal(ScanOptions.Default.MaxFindings / 2, Scan(pickle).Findings.Count(found => found.Rule == "PTH002"));
        ScannedFile few = Scan(pickle, new ScanOptions { MaxFindings = 3 });
        Assert.Equal(3, few.Findings.Count);
        Assert.Equal("os.system", few.Findings[0].Global);
    }

    [Fact]
    public void A_bomb_in_a_bomb_in_a_bomb_is_unpacked_no_further_than_one()
    {
        byte[] bomb = new byte[100 << 20];
        for (int i = 0; i < 5; i++)
        {
            bomb = GZip(bomb);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        ScannedFile result = Scan(bomb);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8L * bomb.Length + (64 << 20));
        Assert.Contains(result.Findings, finding => finding.Rule == "PTH038");
    }

    [Fact]
    public void Many_bombs_beside_one_another_get_the_work_of_one_file()
    {
        byte[] packed = new byte[12 << 20];
        var zip = new ZipBytes();
        for (int i = 0; i < 60; i++)
        {
            zip.Add($"m/{i}.pkl", packed, method: 8);
        }

        long start = Stopwatch.GetTimestamp();
        Finds(zip.Build(), ScanLevel.Suspicious, "PTH038");
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Patience);
    }

    [Fact]
    public void Containers_nest_no_deeper_than_is_looked_into()
    {
        byte[] file = Calling("os", "system");
        for (int i = 0; i < 12; i++)
        {
            file = new ZipBytes().Add("inner", file).Build();
        }

        Finds(file, ScanLevel.Suspicious, "PTH041");
    }

    private static byte[] Greedy(string what) =>
        what switch
        {
            "a long text as a name, again and again" => Named(1_000_000, "h\0h\0\u00930", 100_000),
            "a long text as the key of a storage" => Join(Keys()),
            "a long text to bytes, again and again" => Encoded(),
            "calls of what is no name" => Join(Proto(2), Repeat("N)R0", 500_000), "N."),
            "states of classes" => Join(Proto(2), Global("a", "b"), Repeat("}b", 500_000), "."),
            "a million names" => Join(Proto(2), Names(100_000), "N."),
            "starts of pickles everywhere" => Repeat("\u0080\u0002N(", 500_000),
            "imports everywhere" => Repeat("cos\na\n", 300_000),
            _ => Join(Proto(2), Repeat("(", 4_000_000)),
        };

    private static byte[] Named(int length, string operations, int count) =>
        Join(Proto(4), LongText(new string('a', length)), "q\0", Repeat(operations, count), ".");

    private static byte[] Encoded() =>
        Join(
            Proto(2),
            Global("_codecs", "encode"),
            "q\0",
            LongText(new string(' ', 1_000_000) + "\ncos\nsystem\n"),
            "q\u0001",
            Repeat("h\0h\u0001\u0085R0", 100_000),
            "."
        );

    private static object[] Keys() =>
        [
            Proto(2),
            LongText(new string('k', 1_000_000)),
            "q\0",
            LongText("storage"),
            "q\u0001",
            Repeat("(h\u0001Nh\0NK\u0001tQ0", 100_000),
            ".",
        ];

    private static byte[] Names(int count)
    {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"cn{i}\nA\n0");
        }
        return Join(text.ToString());
    }

    private static byte[] Repeat(string text, int count) =>
        Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(text, count)));

    private static byte[] GZip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }
        return output.ToArray();
    }
}
