using System.Text;
using System.Text.Json;

namespace Pth.Cli.Tests.Commands;

public sealed class ShowCommandTests
{
    [Fact]
    public void The_sample_is_shown_with_its_tree_and_the_command_that_mends_it()
    {
        CliResult result = Cli.Run("show", Repository.Sample);

        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Error);
        Golden.Verify("show-sample.txt", WithoutFolder(result.Output));
    }

    [Fact]
    public void A_plain_network_gives_no_warning()
    {
        CliResult result = Cli.Run("show", Repository.PlainSample);

        Assert.DoesNotContain("warning", result.Output, StringComparison.Ordinal);
        Assert.Contains("Conv2d(3, 4, kernel_size=(3, 3))", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_rest_of_a_training_checkpoint_is_summed_up()
    {
        CliResult result = Cli.Run("show", Repository.Fixture("torch-2.14.1/training.pth"));

        Assert.Contains("state dict under", result.Output, StringComparison.Ordinal);
        Assert.Contains("epoch", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_everything_that_the_text_has()
    {
        CliResult result = Cli.Run("show", Repository.Sample, "--json");

        JsonElement root = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal("pth.show/1", root.GetProperty("schema").GetString());
        Assert.Equal("torch-zip", root.GetProperty("container").GetProperty("kind").GetString());
        Assert.Equal("state-dict", root.GetProperty("layout").GetString());
        Assert.Equal("<root>", root.GetProperty("state_dict").GetString());
        Assert.Equal(93, root.GetProperty("totals").GetProperty("tensors").GetInt32());
        JsonElement warning = Assert.Single(root.GetProperty("warnings").EnumerateArray());
        Assert.Equal("wrapper", warning.GetProperty("kind").GetString());
        Assert.EndsWith("--strip-prefix module.", warning.GetProperty("command").GetString(), StringComparison.Ordinal);
        JsonElement convolution = root.GetProperty("modules")
            .EnumerateArray()
            .Single(module => module.GetProperty("path").GetString() == "module.features.0");
        Assert.Equal("Conv2d", convolution.GetProperty("class").GetString());
    }

    [Fact]
    public void What_is_odd_about_the_container_is_noted_once()
    {
        using var folder = new TemporaryFolder();
        const string Header = """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"more":1}}""";
        byte[] file = [.. BitConverter.GetBytes((long)Header.Length), .. Encoding.ASCII.GetBytes(Header), 7];
        using (FileStream stream = File.Create(folder["odd.safetensors"]))
        {
            stream.Write(file);
        }

        string[] notes =
        [
            .. Cli.Run("show", folder["odd.safetensors"])
                .Output.Split('\n')
                .Where(line => line.Contains("fields that safetensors does not define", StringComparison.Ordinal)),
        ];

        Assert.Contains("note", Assert.Single(notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_with_escape_sequences_do_no_harm()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Save("evil.pth", ("a\x1b[31m\u202e.weight", TensorView.FromArray(new float[2])));

        foreach (
            string[] args in (string[][])
                [
                    ["show", file],
                    ["ls", file],
                    ["show", file, "--json"],
                    ["ls", file, "--json"],
                ]
        )
        {
            CliResult piped = Cli.Run(args);
            CliResult shown = Cli.Run(new FakeConsole { IsTerminal = true }, args);

            Assert.Equal(0, piped.ExitCode);
            Assert.DoesNotContain('\x1b', piped.Output + shown.Output);
            Assert.DoesNotContain('\u202e', piped.Output + shown.Output);
        }
    }

    [Fact]
    public void NaN_is_looked_for_when_asked()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Save(
            "nan.pth",
            (
                "fc.weight",
                TensorView.FromArray(
                    new[,]
                    {
                        { 1f, float.NaN },
                    }
                )
            )
        );

        Assert.DoesNotContain("NaN", Cli.Run("show", file).Output, StringComparison.Ordinal);
        string output = Cli.Run("show", file, "--stats").Output;
        Assert.Contains("warning: fc.weight has 1 NaN of 2 values", output, StringComparison.Ordinal);
        Assert.Contains($"pth cat {file} fc.weight --stats", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_in_no_tensor_are_told_of()
    {
        using var folder = new TemporaryFolder();
        TensorView slice = TensorView.FromArray(new float[1000]).Slice(0, 0, 10);
        string file = folder.Save("slice.pth", ("x", slice));

        string output = Cli.Run("show", file).Output;

        Assert.Contains(
            "warning: 3.96 kB (3.87 KiB) of the storages are in no tensor",
            output,
            StringComparison.Ordinal
        );
        Assert.Contains("--compact", output, StringComparison.Ordinal);
    }

    private static string WithoutFolder(string output) =>
        output.Replace(Path.GetDirectoryName(Repository.Sample)!, "samples", StringComparison.Ordinal);
}
