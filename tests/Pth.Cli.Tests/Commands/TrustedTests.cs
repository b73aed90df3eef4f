using System.Text.Json;

namespace Pth.Cli.Tests.Commands;

/// <summary><c>--trusted</c>: a file of one's own may ask for more than one from a stranger.</summary>
public sealed class TrustedTests
{
    public static TheoryData<string> Commands =>
        ["cat", "convert", "diff", "ls", "meta", "recover", "rename", "set", "show", "verify"];

    [Fact]
    public void A_file_that_asks_for_too_much_is_refused_with_the_way_out()
    {
        using var folder = new TemporaryFolder();
        string file = MakeGreedy(folder);

        CliResult refused = Cli.Run("ls", file);
        CliResult trusted = Cli.Run("ls", file, "--trusted");

        Assert.Equal(2, refused.ExitCode);
        Assert.EndsWith("; if you trust the file: pth ls --trusted\n", refused.Error, StringComparison.Ordinal);
        Assert.Equal((0, ""), (trusted.ExitCode, trusted.Error));
    }

    [Fact]
    public void Verify_tells_the_way_out_too()
    {
        using var folder = new TemporaryFolder();
        string file = MakeGreedy(folder);

        CliResult refused = Cli.Run("verify", file);
        CliResult json = Cli.Run("verify", file, "--json");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"to mend: pth verify --trusted {file}", refused.Output, StringComparison.Ordinal);
        Assert.False(JsonDocument.Parse(json.Output).RootElement.TryGetProperty("trusted", out _));
        Assert.Equal(0, Cli.Run("verify", file, "--trusted").ExitCode);
    }

    [Fact]
    public void Other_errors_are_not_for_trust_to_mend()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["m.pth"], "hello");

        Assert.DoesNotContain("--trusted", Cli.Run("ls", folder["m.pth"]).Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_that_reads_checkpoints_has_it(string command) =>
        Assert.Contains("\n  --trusted ", Cli.Run(command, "--help").Output, StringComparison.Ordinal);

    // A million remembered lists, 100 bytes of memory for two in the file.
    private static string MakeGreedy(TemporaryFolder folder)
    {
        var bytes = new List<byte> { 0x80, 4, (byte)'(' };
        for (int i = 0; i < 1_000_000; i++)
        {
            bytes.AddRange("]\u0094".Select(c => (byte)c));
        }
        bytes.AddRange("l."u8);
        return folder.Write("lists.pkl", [.. bytes]);
    }
}
