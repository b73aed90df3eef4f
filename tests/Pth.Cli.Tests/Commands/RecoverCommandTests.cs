using System.Text.Json;

namespace Pth.Cli.Tests.Commands;

public sealed class RecoverCommandTests
{
    [Fact]
    public void What_is_whole_is_written_and_what_is_lost_is_listed()
    {
        using var folder = new TemporaryFolder();
        string file = Cut(folder, 150_000);

        CliResult result = Cli.Run("recover", file, "-o", folder["rest.pth"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("classifier.bias", result.Output, StringComparison.Ordinal);
        Assert.Contains("cut at byte 150000 of", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, Cli.Run("verify", folder["rest.pth"]).ExitCode);
        using Checkpoint rest = Checkpoint.Open(folder["rest.pth"]);
        using Checkpoint whole = Checkpoint.Open(Repository.PlainSample);
        Assert.Equal(whole.StateDict.Keys.Take(rest.StateDict.Count), rest.StateDict.Keys);
        Assert.Equal(whole.StateDict["features.0.weight"].Sha256(), rest.StateDict["features.0.weight"].Sha256());
    }

    [Fact]
    public void A_dry_run_tells_programs_and_writes_nothing()
    {
        using var folder = new TemporaryFolder();
        string file = Cut(folder, 150_000);

        CliResult result = Cli.Run("recover", file, "--dry-run", "--json");

        Assert.Equal(1, result.ExitCode);
        using JsonDocument report = JsonDocument.Parse(result.Output);
        JsonElement root = report.RootElement;
        Assert.Equal("pth.recover/1", root.GetProperty("schema").GetString());
        int kept = root.GetProperty("kept").GetArrayLength();
        Assert.InRange(kept, 1, 92);
        Assert.Equal(93, kept + root.GetProperty("lost").GetArrayLength());
        Assert.Equal([Path.GetFileName(file)], folder.Files);
    }

    [Fact]
    public void A_whole_file_comes_out_as_it_was()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Copy(Repository.PlainSample);

        CliResult result = Cli.Run("recover", file, "-o", folder["rest.pth"]);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(folder["rest.pth"]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2_000)]
    public void Where_nothing_can_be_done_it_says_so(int length)
    {
        using var folder = new TemporaryFolder();
        string file = Cut(folder, length);

        CliResult result = Cli.Run("recover", file, "-o", folder["rest.pth"]);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("pth: ", result.Error, StringComparison.Ordinal);
        Assert.Equal([Path.GetFileName(file)], folder.Files);
    }

    [Fact]
    public void The_damaged_file_is_not_written_over()
    {
        using var folder = new TemporaryFolder();
        string file = Cut(folder, 150_000);

        Assert.Equal(2, Cli.Run("recover", file, "-o", file).ExitCode);
        Assert.Equal(2, Cli.Run("recover", file).ExitCode);
        Assert.Equal(150_000, new FileInfo(file).Length);
    }

    private static string Cut(TemporaryFolder folder, int length)
    {
        string file = folder.Copy(Repository.PlainSample);
        using FileStream stream = File.Open(file, FileMode.Open);
        stream.SetLength(length);
        return file;
    }
}
