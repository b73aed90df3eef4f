using System.Text.Json;
using static Pth.Cli.Tests.Tensors;

namespace Pth.Cli.Tests.Commands;

/// <summary>The commands on containers that are not PyTorch's zip.</summary>
public sealed class OtherContainerTests
{
    private static readonly WriteOptions SafeTensors = new()
    {
        Format = ContainerFormat.SafeTensors,
        Metadata = new Dictionary<string, string> { ["licence"] = "MIT" },
    };

    [Fact]
    public void Show_says_what_there_is_to_say()
    {
        using var folder = new TemporaryFolder();
        string file = SaveSafeTensors(folder);

        string text = Cli.Run("show", file).Output;

        Assert.Contains("  container safetensors of ", text, StringComparison.Ordinal);
        Assert.Contains("  metadata  format = pt\n  metadata  licence = MIT\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("aligned", text, StringComparison.Ordinal);
        JsonElement container = JsonDocument
            .Parse(Cli.Run("show", file, "--json").Output)
            .RootElement.GetProperty("container");
        Assert.Equal("safetensors", container.GetProperty("kind").GetString());
        Assert.Equal("MIT", container.GetProperty("metadata").GetProperty("licence").GetString());
        Assert.Equal(JsonValueKind.Null, container.GetProperty("storage_alignment").ValueKind);
        Assert.Equal(0, container.GetProperty("code").GetArrayLength());
    }

    [Fact]
    public void Long_texts_are_cut_unless_all_is_wanted()
    {
        using var folder = new TemporaryFolder();
        string text = new string('a', 300) + "END";
        Checkpoint.Save(
            folder["x.safetensors"],
            new StateDict { { "x", Tensor(1f) } },
            SafeTensors with
            {
                Metadata = new Dictionary<string, string> { ["long"] = text },
            }
        );

        Assert.Contains(
            "... (303 characters)",
            Cli.Run("show", folder["x.safetensors"]).Output,
            StringComparison.Ordinal
        );
        Assert.Contains("END", Cli.Run("show", folder["x.safetensors"], "--all").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_says_where_there_are_no_checksums()
    {
        using var folder = new TemporaryFolder();

        CliResult result = Cli.Run("verify", SaveSafeTensors(folder));

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("safetensors has none", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("alignment", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Rename_writes_the_container_that_it_read()
    {
        using var folder = new TemporaryFolder();
        string file = SaveSafeTensors(folder);
        Checkpoint.Save(
            folder["in.legacy"],
            new StateDict { { "module.x", Tensor(1f) } },
            new WriteOptions { Format = ContainerFormat.TorchLegacy }
        );

        Assert.Equal(0, Cli.Run("rename", file, "-o", folder["out.safetensors"], "--unwrap").ExitCode);
        Assert.Equal(0, Cli.Run("rename", folder["in.legacy"], "-o", folder["out.legacy"], "--unwrap").ExitCode);

        using Checkpoint safe = Checkpoint.Open(folder["out.safetensors"]);
        Assert.Equal("safetensors", safe.Container.Kind);
        Assert.Equal("MIT", safe.Container.Metadata["licence"]);
        Assert.Equal(["x"], safe.StateDict.Keys);
        using Checkpoint legacy = Checkpoint.Open(folder["out.legacy"]);
        Assert.Equal("torch-legacy", legacy.Container.Kind);
        Assert.Equal(["x"], legacy.StateDict.Keys);
    }

    [Fact]
    public void A_profile_is_for_the_zip_format()
    {
        using var folder = new TemporaryFolder();

        CliResult result = Cli.Run(
            "rename",
            SaveSafeTensors(folder),
            "-o",
            folder["out.safetensors"],
            "--unwrap",
            "--profile",
            "1.9"
        );

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--profile is for torch-zip", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Diff_compares_containers_of_two_kinds()
    {
        using var folder = new TemporaryFolder();
        string file = SaveSafeTensors(folder);
        string same = folder.Save("same.pth", ("module.x", Tensor(1f)));
        string other = folder.Save("other.pth", ("module.x", Tensor(2f)));

        Assert.Equal(0, Cli.Run("diff", file, same).ExitCode);
        Assert.Equal(1, Cli.Run("diff", file, other).ExitCode);
    }

    private static string SaveSafeTensors(TemporaryFolder folder)
    {
        Checkpoint.Save(folder["in.safetensors"], new StateDict { { "module.x", Tensor(1f) } }, SafeTensors);
        return folder["in.safetensors"];
    }
}
