using System.Text.Json;
using static Pth.Cli.Tests.Tensors;

namespace Pth.Cli.Tests.Commands;

public sealed class DiffCommandTests
{
    [Fact]
    public void A_file_equals_itself()
    {
        CliResult result = Cli.Run("diff", Repository.Sample, Repository.Sample);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("equal: 93 tensors\n", result.Output);
    }

    [Fact]
    public void Names_in_one_file_alone_are_a_difference()
    {
        CliResult result = Cli.Run("diff", Repository.Sample, Repository.PlainSample);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(186, result.Lines.Length);
        Assert.Contains($"only in {Repository.Sample}", result.Lines[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--unwrap")]
    [InlineData("--map", "module.=")]
    public void Wrapped_and_plain_can_be_compared(params string[] options) =>
        Assert.Equal(0, Cli.Run(["diff", Repository.Sample, Repository.PlainSample, .. options]).ExitCode);

    [Fact]
    public void Values_are_measured()
    {
        using var folder = new TemporaryFolder();
        string a = folder.Save("a.pth", ("x", Tensor(1f, 2f)), ("y", Tensor(1f)));
        string b = folder.Save("b.pth", ("x", Tensor(1f, 2.5f)), ("y", Tensor(1f)));

        CliResult result = Cli.Run("diff", a, b, "--json");

        Assert.Equal(1, result.ExitCode);
        JsonElement root = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal("pth.diff/1", root.GetProperty("schema").GetString());
        Assert.False(root.GetProperty("equal").GetBoolean());
        Assert.Equal(2, root.GetProperty("common").GetInt32());
        JsonElement difference = Assert.Single(root.GetProperty("differences").EnumerateArray());
        Assert.Equal("x", difference.GetProperty("name").GetString());
        Assert.Equal(0.5, difference.GetProperty("max_abs").GetDouble());
        Assert.Equal(0.2, difference.GetProperty("max_rel").GetDouble());
        Assert.Equal(1, difference.GetProperty("differing").GetInt32());
    }

    [Theory]
    [InlineData("0.4", "0", 1)]
    [InlineData("0.5", "0", 0)]
    [InlineData("0", "0.1", 1)]
    [InlineData("0", "0.2", 0)]
    public void Tolerances_are_those_of_allclose(string atol, string rtol, int exitCode)
    {
        using var folder = new TemporaryFolder();
        string a = folder.Save("a.pth", ("x", Tensor(2f)));
        string b = folder.Save("b.pth", ("x", Tensor(2.5f)));

        Assert.Equal(exitCode, Cli.Run("diff", a, b, "--atol", atol, "--rtol", rtol).ExitCode);
    }

    [Fact]
    public void Shape_and_dtype_are_differences_also_without_values()
    {
        using var folder = new TemporaryFolder();
        string a = folder.Save("a.pth", ("x", Tensor(2f)), ("y", Tensor(2f)));
        string b = folder.Save("b.pth", ("x", Tensor(2d)), ("y", Tensor(2f, 3f)));

        CliResult result = Cli.Run("diff", a, b, "--names-only");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("dtype float32 -> float64", result.Lines[0], StringComparison.Ordinal);
        Assert.Contains("shape [1] -> [2]", result.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Another_stride_is_shown_and_makes_no_difference()
    {
        using var folder = new TemporaryFolder();
        string a = folder.Save(
            "a.pth",
            (
                "x",
                TensorView
                    .FromArray(
                        new[,]
                        {
                            { 1f, 3f },
                            { 2f, 4f },
                        }
                    )
                    .Transpose(0, 1)
            )
        );
        string b = folder.Save(
            "b.pth",
            (
                "x",
                TensorView.FromArray(
                    new[,]
                    {
                        { 1f, 2f },
                        { 3f, 4f },
                    }
                )
            )
        );

        CliResult result = Cli.Run("diff", a, b);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("stride [1,2] -> [2,1]", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--rtol", "x")]
    [InlineData("--atol", "-1")]
    [InlineData("--map", "module.")]
    public void Nonsense_is_refused(string option, string value) =>
        Assert.Equal(2, Cli.Run("diff", Repository.Sample, Repository.Sample, option, value).ExitCode);
}
