using System.Text.Json;
using static Pth.Cli.Tests.Tensors;

namespace Pth.Cli.Tests.Commands;

public sealed class MetaCommandTests
{
    [Fact]
    public void Texts_are_set_shown_and_taken_away()
    {
        using var folder = new TemporaryFolder();
        string file = Save(folder);

        CliResult set = Cli.Run("meta", "set", file, "licence", "MIT or Apache");

        Assert.Equal(0, set.ExitCode);
        Assert.Contains("written", set.Error, StringComparison.Ordinal);
        Assert.Equal("MIT or Apache\n", Cli.Run("meta", "get", file, "licence").Output);
        Assert.Equal("format   pt\nlicence  MIT or Apache\n", Cli.Run("meta", "get", file).Output);
        Assert.Equal(0, Cli.Run("meta", "rm", file, "licence").ExitCode);
        Assert.Equal("format  pt\n", Cli.Run("meta", "get", file).Output);
        using Checkpoint changed = Checkpoint.Open(file);
        Assert.Equal([1f, 2f], changed.StateDict["x"].ToArray<float>());
    }

    [Fact]
    public void A_text_that_is_not_there_is_told_and_nothing_changes()
    {
        using var folder = new TemporaryFolder();
        string file = Save(folder);
        byte[] before = File.ReadAllBytes(file);

        CliResult get = Cli.Run("meta", "get", file, "formt");
        CliResult remove = Cli.Run("meta", "rm", file, "formt");

        Assert.Equal(1, get.ExitCode);
        Assert.Equal($"pth: {file} has no text 'formt'; is it format?\n", get.Error);
        Assert.Equal(1, remove.ExitCode);
        Assert.Equal(before, File.ReadAllBytes(file));
    }

    [Fact]
    public void Json_lists_texts_and_says_how_they_were_changed()
    {
        using var folder = new TemporaryFolder();
        string file = Save(folder);

        JsonElement set = JsonDocument.Parse(Cli.Run("meta", "set", file, "a", "b", "--json").Output).RootElement;
        JsonElement get = JsonDocument.Parse(Cli.Run("meta", "get", file, "--json").Output).RootElement;

        Assert.Equal("pth.meta/1", set.GetProperty("schema").GetString());
        Assert.True(set.GetProperty("bytes").GetInt64() > 0);
        Assert.Equal(
            ["a=b", "format=pt"],
            get.GetProperty("metadata")
                .EnumerateArray()
                .Select(text => $"{text.GetProperty("key").GetString()}={text.GetProperty("value").GetString()}")
                .Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("set", "x.safetensors", "key")]
    [InlineData("set", "x.safetensors")]
    [InlineData("rm", "x.safetensors")]
    [InlineData("rm", "x.safetensors", "key", "value")]
    [InlineData("get", "x.safetensors", "key", "value")]
    [InlineData("change", "x.safetensors")]
    public void Nonsense_is_refused(params string[] arguments) =>
        Assert.Equal(2, Cli.Run(["meta", .. arguments]).ExitCode);

    [Fact]
    public void Other_containers_have_no_texts()
    {
        CliResult result = Cli.Run("meta", "get", Repository.Sample);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("is torch-zip: only safetensors", result.Error, StringComparison.Ordinal);
    }

    private static string Save(TemporaryFolder folder)
    {
        Checkpoint.Save(
            folder["x.safetensors"],
            new StateDict { { "x", Tensor(1f, 2f) } },
            new WriteOptions { Format = ContainerFormat.SafeTensors }
        );
        return folder["x.safetensors"];
    }
}
