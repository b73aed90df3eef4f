using System.Text.Json;
using static Pth.Cli.Tests.Tensors;

namespace Pth.Cli.Tests.Commands;

public sealed class CatCommandTests
{
    [Fact]
    public void Values_are_shown()
    {
        CliResult result = Cli.Run("cat", Repository.PlainSample, "features.1.num_batches_tracked");

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"^tensor\(\d+\)\n$", result.Output);
    }

    [Theory]
    [InlineData("features.0.weight[0,0]", "tensor([[")]
    [InlineData("features.0.weight[0][0][0]", "tensor([")]
    [InlineData("features.0.weight[-1, ..., 0]", "tensor([[")]
    public void A_slice_is_taken(string name, string start) =>
        Assert.StartsWith(start, Cli.Run("cat", Repository.PlainSample, name).Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("features.0.wieght", "there is no tensor features.0.wieght; is it features.0.weight")]
    [InlineData("weight[0]", "there is no tensor weight;")]
    [InlineData("features.0.weight[9]", "found index 9, expected one of 4 in dimension 0")]
    [InlineData("features.0.weight[x]", "found 'x' at character 1 of slice 'x'")]
    [InlineData("", "a tensor has a name")]
    public void What_is_not_there_is_said(string name, string problem)
    {
        CliResult result = Cli.Run("cat", Repository.PlainSample, name);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(problem, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_have_a_histogram()
    {
        CliResult result = Cli.Run("cat", Repository.PlainSample, "features.0.weight", "--stats");

        Assert.Contains("  values    108\n", result.Output, StringComparison.Ordinal);
        Assert.Equal(20, result.Lines.Count(line => line.Contains('█')));
    }

    [Fact]
    public void Json_has_statistics_and_values()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Save("x.pth", ("x", Tensor(1.5f, float.NaN, float.NegativeInfinity, 0f)));

        JsonElement root = JsonDocument.Parse(Cli.Run("cat", file, "x", "--json").Output).RootElement;

        Assert.Equal("pth.cat/1", root.GetProperty("schema").GetString());
        Assert.Equal("[1.5,\"NaN\",\"-Infinity\",0]", root.GetProperty("values").GetRawText());
        Assert.Equal(1, root.GetProperty("stats").GetProperty("nan").GetInt32());
        Assert.Equal(0.75, root.GetProperty("stats").GetProperty("mean").GetDouble());
    }

    [Fact]
    public void Integers_beyond_a_double_stay_exact_in_json()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Save("x.pth", ("x", Tensor(long.MaxValue)));

        Assert.Contains(
            $"\"values\":[{long.MaxValue}]",
            Cli.Run("cat", file, "x", "--json").Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_NumPy_file_is_written_and_nothing_else()
    {
        using var folder = new TemporaryFolder();

        CliResult result = Cli.Run("cat", Repository.PlainSample, "features.0.weight", "-o", folder["w.npy"]);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["w.npy"], folder.Files);
        byte[] written = File.ReadAllBytes(folder["w.npy"]);
        Assert.Equal(128 + 432, written.Length);
        Assert.Equal("NUMPY"u8, written.AsSpan(1, 5));
    }

    [Fact]
    public void A_file_that_cannot_be_written_leaves_nothing()
    {
        using var folder = new TemporaryFolder();

        CliResult result = Cli.Run("cat", Repository.PlainSample, "features.0.weight", "-o", folder["no/such/w.npy"]);

        Assert.Equal(2, result.ExitCode);
        Assert.Empty(folder.Files);
    }
}
