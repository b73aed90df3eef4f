using System.Text.Json;

namespace Pth.Cli.Tests.Commands;

public sealed class LsCommandTests
{
    [Fact]
    public void In_a_pipe_it_gives_words_between_spaces()
    {
        CliResult result = Cli.Run("ls", Repository.PlainSample);

        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Error);
        Assert.Equal(["features.0.weight", "float32", "[4,3,3,3]", "432"], Words(result.Lines[0]));
        Assert.All(result.Lines, line => Assert.Equal(4, Words(line).Length));
    }

    [Fact]
    public void On_a_terminal_it_gives_a_table_and_a_sum()
    {
        CliResult result = Cli.Run(new FakeConsole { IsTerminal = true, Width = 120 }, "ls", Repository.PlainSample);

        Assert.Contains("dtype", result.Output, StringComparison.Ordinal);
        Assert.Contains("[4, 3, 3, 3]", result.Output, StringComparison.Ordinal);
        Assert.StartsWith("93 tensors, ", result.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Json_keeps_its_contract()
    {
        CliResult result = Cli.Run("ls", Repository.PlainSample, "--json", "--sha256");

        JsonElement root = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal(
            ["schema", "file", "container", "tensors"],
            root.EnumerateObject().Select(property => property.Name)
        );
        Assert.Equal("pth.ls/1", root.GetProperty("schema").GetString());
        Assert.Equal(Repository.PlainSample, root.GetProperty("file").GetString());
        Assert.Equal("torch-zip", root.GetProperty("container").GetString());
        Assert.All(
            root.GetProperty("tensors").EnumerateArray(),
            tensor =>
                Assert.Equal(
                    [
                        "name",
                        "dtype",
                        "layout",
                        "shape",
                        "stride",
                        "offset",
                        "storage",
                        "storage_nbytes",
                        "nbytes",
                        "device",
                        "requires_grad",
                        "parameter",
                        "sha256",
                    ],
                    tensor.EnumerateObject().Select(property => property.Name)
                )
        );
    }

    [Theory]
    [InlineData("torch-2.14.1")]
    [InlineData("torch-2.6.0")]
    [InlineData("torch-1.13.1")]
    public void Json_says_what_PyTorch_reads(string version)
    {
        string[] files = Directory.GetFiles(Repository.Fixture(version), "*.json");
        Assert.NotEmpty(files);
        foreach (string golden in files)
        {
            JsonElement expected = JsonDocument.Parse(File.ReadAllText(golden)).RootElement.GetProperty("tensors");

            CliResult result = Cli.Run("ls", golden[..^".json".Length], "--json", "--sha256");

            Assert.True(result.ExitCode == 0, $"{golden}: {result.Error}");
            AssertSame(golden, expected, JsonDocument.Parse(result.Output).RootElement.GetProperty("tensors"));
        }
    }

    [Fact]
    public void Names_can_be_chosen_and_sorted()
    {
        CliResult result = Cli.Run(
            "ls",
            Repository.PlainSample,
            "--match",
            "features.1?.bias",
            "--match",
            "*.2.bias",
            "--natural"
        );

        Assert.Equal(
            [
                "features.10.bias",
                "features.11.bias",
                "features.14.bias",
                "features.15.bias",
                "features.17.bias",
                "features.18.bias",
            ],
            result.Lines.Select(line => Words(line)[0])
        );
    }

    [Fact]
    public void That_no_name_matches_is_an_answer()
    {
        CliResult result = Cli.Run("ls", Repository.PlainSample, "--match", "nothing");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("pth: none of the 93 names matches\n", result.Error);
    }

    [Theory]
    [InlineData("no/such/file.pth", "pth: no/such/file.pth: there is no such file\n")]
    [InlineData(
        ".",
        "pth: .: found a folder without a checkpoint in it, expected an index of shards, shards, or one file of weights\n"
    )]
    public void What_cannot_be_read_is_said_in_one_line(string file, string error)
    {
        CliResult result = Cli.Run("ls", file);

        Assert.Equal(2, result.ExitCode);
        Assert.Equal(error, result.Error);
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static void AssertSame(string file, JsonElement expected, JsonElement actual)
    {
        // Of what has parts, the parts are listed; the golden file describes the whole too.
        JsonElement[] strided = [.. expected.EnumerateArray().Where(tensor => !tensor.TryGetProperty("layout", out _))];
        Assert.Equal(strided.Length, actual.GetArrayLength());
        foreach ((JsonElement wanted, JsonElement found) in strided.Zip(actual.EnumerateArray()))
        {
            foreach (
                string property in (string[])
                    ["name", "dtype", "shape", "stride", "offset", "storage_nbytes", "nbytes", "sha256"]
            )
            {
                bool isThere = found.TryGetProperty(property, out JsonElement value);
                // A tensor without bytes has no hash, there and here.
                Assert.True(
                    wanted.TryGetProperty(property, out JsonElement expectedValue)
                        ? isThere && JsonElement.DeepEquals(expectedValue, value)
                        : !isThere,
                    $"{file} {wanted.GetProperty("name")} {property}: found {value}, expected {expectedValue}"
                );
            }
        }
    }
}
