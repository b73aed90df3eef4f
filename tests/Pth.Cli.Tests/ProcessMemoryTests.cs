using System.IO.Compression;

namespace Pth.Cli.Tests;

/// <summary>
/// The memory of the whole program on small files that want much: what it has without a file, and what docs/security.md promises for one.
/// </summary>
public sealed class ProcessMemoryTests
{
    private const int Million = 1_000_000;

    /// <summary>What the runtime keeps beside what is in use: new objects, and arrays that it has not taken back yet.</summary>
    private const long Slack = 96L << 20;

    public static TheoryData<string> Bombs =>
        [
            "a million remembered lists",
            "a million empty lists",
            "names by the hundred thousand",
            "billion laughs",
            "a million of nested lists",
            "a zip of 200 MB of zeros",
            "a zip of 4 million lists",
            "a gzip of 200 MB of zeros",
            "a gzip in a gzip of 100 MB",
        ];

    [Theory]
    [MemberData(nameof(Bombs))]
    public void A_bomb_takes_no_more_than_is_promised(string name)
    {
        Assert.SkipUnless(ChildMemory.IsKnown, "Perl and getrusage are asked.");
        using var folder = new TemporaryFolder();
        byte[] bomb = Make(name);
        string file = folder.Write("bomb.pt", bomb);
        long without = Run("--version").Peak;

        (long reading, int readingExit) = Run("ls", file);
        (long scanning, int scanningExit) = Run("scan", file);

        Assert.InRange(readingExit, 0, 2);
        Assert.InRange(scanningExit, 0, 1);
        Assert.InRange(reading - without, 0, 8L * bomb.Length + (64L << 20) + Slack);
        Assert.InRange(scanning - without, 0, 6L * bomb.Length + (40L << 20) + Slack);
    }

    [Fact]
    public void The_measure_sees_what_a_program_takes()
    {
        Assert.SkipUnless(ChildMemory.IsKnown, "Perl and getrusage are asked.");
        using var folder = new TemporaryFolder();
        string file = folder.Write("lists.pkl", Make("a million remembered lists"));

        // Trusted, the same file takes what is refused otherwise.
        Assert.InRange(Run("ls", file, "--trusted").Peak - Run("ls", file).Peak, 20L << 20, long.MaxValue);
    }

    private static (long Peak, int ExitCode) Run(params string[] arguments) =>
        ChildMemory.Run(["dotnet", typeof(App).Assembly.Location, .. arguments]);

    private static byte[] Make(string name) =>
        name switch
        {
            "a million remembered lists" => Pickle(Repeat("]\u0094", Million), "l."),
            "a million empty lists" => Pickle(Repeat("]", Million), "l."),
            "names by the hundred thousand" => Pickle(
                string.Concat(Enumerable.Range(0, 200_000).Select(i => $"ca\n{i}\n")),
                "l."
            ),
            "billion laughs" => Laughs(),
            "a million of nested lists" => Pickle(Repeat("]", Million), $"{Repeat("a", Million - 1)}."),
            "a zip of 200 MB of zeros" => Zip(new byte[200 * Million]),
            "a zip of 4 million lists" => Zip(Pickle(Repeat("]", 4 * Million), "l.")),
            "a gzip of 200 MB of zeros" => GZip(new byte[200 * Million]),
            _ => GZip(GZip(new byte[100 * Million])),
        };

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static byte[] Pickle(string body, string end) => [0x80, 4, .. $"({body}{end}".Select(c => (byte)c)];

    // Ten times the one before in each, thirty times.
    private static byte[] Laughs()
    {
        var text = new System.Text.StringBuilder("\u008c\u0003lolq\0");
        for (int i = 0; i < 30; i++)
        {
            string before = $"h{(char)i}";
            text.Append($"({Repeat(before, 10)}tq{(char)(i + 1)}");
        }
        return Pickle(text.ToString(), "l.");
    }

    private static byte[] Zip(byte[] pickle)
    {
        using var output = new MemoryStream();
        using (var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "archive/data.pkl", pickle);
            Add(zip, "archive/version", "3\n"u8.ToArray());
        }
        return output.ToArray();
    }

    private static void Add(ZipArchive zip, string name, byte[] bytes)
    {
        using Stream record = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
        record.Write(bytes);
    }

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
