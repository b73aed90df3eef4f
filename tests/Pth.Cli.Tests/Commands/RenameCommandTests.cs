using System.Text.Json;
using static Pth.Cli.Tests.Tensors;

namespace Pth.Cli.Tests.Commands;

public sealed class RenameCommandTests
{
    [Fact]
    public void The_command_that_show_gives_makes_the_plain_network()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Copy(Repository.Sample);
        string command = JsonDocument
            .Parse(Cli.Run("show", file, "--json").Output)
            .RootElement.GetProperty("warnings")[0]
            .GetProperty("command")
            .GetString()!;

        CliResult result = Cli.Run(command.Split(' ')[1..]);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("93 of 93 names changed", result.Error, StringComparison.Ordinal);
        string mended = Path.Combine(
            folder.FullName,
            folder.Files.Single(name => name.EndsWith("_single.pth", StringComparison.Ordinal))
        );
        Assert.Equal(0, Cli.Run("diff", mended, Repository.PlainSample).ExitCode);
    }

    [Fact]
    public void Without_a_rule_the_bytes_stay_the_same()
    {
        using var folder = new TemporaryFolder();

        Assert.Equal(0, Cli.Run("rename", Repository.Sample, "-o", folder["other-name.pth"]).ExitCode);

        Assert.Equal(File.ReadAllBytes(Repository.Sample), File.ReadAllBytes(folder["other-name.pth"]));
    }

    [Fact]
    public void Rules_work_in_the_order_of_the_command_line()
    {
        CliResult result = Cli.Run(
            "rename",
            Repository.PlainSample,
            "--dry-run",
            "--add-prefix",
            "a.",
            "--replace",
            "^a\\.(features|classifier)\\.",
            "b.$1.",
            "--strip-prefix",
            "b.",
            "--replace",
            "^features",
            "net"
        );

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            ["features.0.weight", "net.0.weight"],
            result.Lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)
        );
    }

    [Fact]
    public void The_rest_of_the_checkpoint_is_kept()
    {
        using var folder = new TemporaryFolder();
        var root = new PyDict
        {
            ["epoch"] = 7,
            ["state_dict"] = new PyDict { ["module.w"] = Tensor(1f) },
        };
        Checkpoint.Save(folder["in.pth"], root);

        Assert.Equal(0, Cli.Run("rename", folder["in.pth"], "-o", folder["out.pth"], "--unwrap").ExitCode);

        using Checkpoint written = Checkpoint.Open(folder["out.pth"]);
        Assert.Equal("7", written.Root["epoch"].Describe());
        Assert.Equal(["w"], written.StateDict.Keys);
    }

    [Fact]
    public void The_state_dict_alone_can_be_taken_out()
    {
        using var folder = new TemporaryFolder();
        var root = new PyDict
        {
            ["epoch"] = 7,
            ["state_dict"] = new PyDict { ["model.w"] = Tensor(1f) },
        };
        Checkpoint.Save(folder["in.ckpt"], root);

        CliResult result = Cli.Run(
            "rename",
            folder["in.ckpt"],
            "-o",
            folder["out.pth"],
            "--only-state-dict",
            "--strip-prefix",
            "model."
        );

        Assert.Equal(0, result.ExitCode);
        using Checkpoint written = Checkpoint.Open(folder["out.pth"]);
        Assert.Equal("<root>", written.StateDictPath);
        Assert.Equal(["w"], written.StateDict.Keys);
    }

    [Fact]
    public void In_place_the_file_itself_is_changed()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Copy(Repository.Sample);

        Assert.Equal(0, Cli.Run("rename", file, "--in-place", "--strip-prefix", "module.").ExitCode);

        Assert.Single(folder.Files);
        Assert.Equal(0, Cli.Run("diff", file, Repository.PlainSample).ExitCode);
    }

    [Fact]
    public void A_prefix_that_no_name_has_changes_nothing_and_says_so()
    {
        using var folder = new TemporaryFolder();

        CliResult result = Cli.Run(
            "rename",
            Repository.PlainSample,
            "-o",
            folder["out.pth"],
            "--strip-prefix",
            "module."
        );

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            "pth: --strip-prefix module. changes nothing: the names begin with features., classifier.\n",
            result.Error
        );
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void Two_names_that_become_one_are_an_error_and_nothing_is_written()
    {
        using var folder = new TemporaryFolder();

        CliResult result = Cli.Run("rename", Repository.PlainSample, "-o", folder["out.pth"], "--replace", "\\d+", "0");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(
            "'features.0.weight' and 'features.1.weight' would both become 'features.0.weight'",
            result.Error,
            StringComparison.Ordinal
        );
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void The_input_is_not_overwritten_by_accident()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Copy(Repository.PlainSample);
        File.CreateSymbolicLink(folder["link.pth"], file);

        foreach (string output in (string[])[file, folder["link.pth"], folder["./vgg16_bn.pth"]])
        {
            CliResult result = Cli.Run("rename", file, "-o", output, "--add-prefix", "x.");

            Assert.Equal(2, result.ExitCode);
            Assert.Contains("--in-place", result.Error, StringComparison.Ordinal);
        }
        Assert.Equal(File.ReadAllBytes(Repository.PlainSample), File.ReadAllBytes(file));
    }

    [Theory]
    [InlineData()]
    [InlineData("--in-place", "-o", "x.pth")]
    [InlineData("-o", "x.pth", "--replace", "(", "x")]
    [InlineData("-o", "x.pth", "--replace", "x")]
    [InlineData("-o", "x.pth", "--strip-prefix", "")]
    [InlineData("-o", "x.pth", "--profile", "3.0")]
    public void Nonsense_is_refused(params string[] options)
    {
        CliResult result = Cli.Run(["rename", Repository.PlainSample, .. options]);

        Assert.Equal(2, result.ExitCode);
        Assert.False(File.Exists("x.pth"));
    }

    [Fact]
    public void Another_profile_can_be_written()
    {
        using var folder = new TemporaryFolder();

        Assert.Equal(
            0,
            Cli.Run("rename", Repository.PlainSample, "-o", folder["old.pth"], "--profile", "1.9").ExitCode
        );

        using Checkpoint written = Checkpoint.Open(folder["old.pth"]);
        Assert.Equal(WriterProfile.PyTorch19, written.Container.Profile);
        Assert.Equal(0, Cli.Run("diff", folder["old.pth"], Repository.PlainSample).ExitCode);
    }

    [Fact]
    public void Compact_leaves_out_what_no_tensor_uses()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Save("slice.pth", ("x", TensorView.FromArray(new float[100_000]).Slice(0, 0, 10)));

        CliResult plain = Cli.Run("rename", file, "-o", folder["plain.pth"]);
        CliResult compact = Cli.Run("rename", file, "-o", folder["compact.pth"], "--compact");

        Assert.Contains("--compact leaves them out", plain.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("--compact", compact.Error, StringComparison.Ordinal);
        Assert.InRange(new FileInfo(folder["compact.pth"]).Length, 1, 5_000);
    }

    [Fact]
    public void Json_lists_what_was_renamed()
    {
        using var folder = new TemporaryFolder();

        CliResult result = Cli.Run("rename", Repository.Sample, "-o", folder["out.pth"], "--unwrap", "--json");

        JsonElement root = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal("pth.rename/1", root.GetProperty("schema").GetString());
        Assert.Equal(93, root.GetProperty("renamed").GetArrayLength());
        Assert.Equal(0, root.GetProperty("unchanged").GetInt32());
        Assert.Equal(new FileInfo(folder["out.pth"]).Length, root.GetProperty("bytes").GetInt64());
    }

    [Fact]
    public void Where_nothing_can_be_written_that_is_said_in_one_line()
    {
        using var folder = new TemporaryFolder();
        string target = folder["no/such/out.pth"];

        CliResult result = Cli.Run("rename", Repository.Sample, "-o", target, "--unwrap");

        Assert.Equal(2, result.ExitCode);
        Assert.Equal($"pth: {target}: there is no such folder\n", result.Error);
    }

    [Fact]
    public void When_it_is_stopped_nothing_half_written_stays()
    {
        using var folder = new TemporaryFolder();
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        var console = new FakeConsole();

        int exitCode = App.Run(
            ["rename", Repository.Sample, "-o", folder["out.pth"], "--unwrap"],
            console,
            stopped.Token
        );

        Assert.Equal(130, exitCode);
        Assert.Empty(console.ErrorOutput);
        Assert.Empty(folder.Files);
    }
}
