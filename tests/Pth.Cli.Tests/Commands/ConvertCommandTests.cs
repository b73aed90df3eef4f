using System.Text.Json;
using static Pth.Cli.Tests.Tensors;

namespace Pth.Cli.Tests.Commands;

public sealed class ConvertCommandTests
{
    [Fact]
    public void Tensors_go_to_safetensors_and_come_back()
    {
        using var folder = new TemporaryFolder();

        CliResult there = Cli.Run("convert", Repository.Sample, "-o", folder["a.safetensors"]);
        CliResult back = Cli.Run("convert", folder["a.safetensors"], "-o", folder["b.pth"]);

        Assert.Equal(0, there.ExitCode);
        Assert.StartsWith(
            $"{folder["a.safetensors"]}: 245 kB (239 KiB) written as safetensors\n",
            there.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(0, back.ExitCode);
        Assert.Equal("safetensors", KindOf(folder["a.safetensors"]));
        Assert.Equal("torch-zip", KindOf(folder["b.pth"]));
        Assert.Equal(0, Cli.Run("diff", folder["b.pth"], Repository.Sample).ExitCode);
    }

    [Fact]
    public void Floating_point_tensors_get_the_type_that_is_asked_for_and_others_keep_theirs()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Save(
            "in.pth",
            ("big", Tensor(1e30f, 1e-30f, 1.001f)),
            ("count", Tensor(7L)),
            ("flag", Tensor(true)),
            ("wave", Tensor(new System.Numerics.Complex(1, 2)))
        );

        CliResult result = Cli.Run("convert", file, "-o", folder["out.pth"], "--dtype", "f16");

        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith(
            "1 tensor converted to float16; 3 tensors of other types left alone\n"
                + "of 3 values 1 were too large, 1 became 0; the largest relative error of the others is 2.35E-05\n",
            result.Error,
            StringComparison.Ordinal
        );
        using Checkpoint written = Checkpoint.Open(folder["out.pth"]);
        Assert.Equal([Half.PositiveInfinity, (Half)0, (Half)1.001f], written.StateDict["big"].ToArray<Half>());
        Assert.Equal(
            [DType.Float16, DType.Int64, DType.Bool, DType.Complex128],
            written.StateDict.Values.Select(tensor => tensor.DType)
        );
    }

    [Fact]
    public void Json_has_the_report()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Save("in.pth", ("big", Tensor(1e30f, 1e-30f, 1f)), ("count", Tensor(7L)));

        CliResult result = Cli.Run(
            "convert",
            file,
            "-o",
            folder["out.safetensors"],
            "--dtype",
            "float16",
            "--saturate",
            "--json"
        );

        JsonElement root = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal("pth.convert/1", root.GetProperty("schema").GetString());
        Assert.Equal("safetensors", root.GetProperty("format").GetString());
        Assert.Equal(new FileInfo(folder["out.safetensors"]).Length, root.GetProperty("bytes").GetInt64());
        JsonElement cast = root.GetProperty("cast");
        Assert.Equal("float16", cast.GetProperty("dtype").GetString());
        Assert.Equal(1, cast.GetProperty("tensors").GetInt32());
        Assert.Equal(1, cast.GetProperty("left_alone").GetInt32());
        Assert.Equal(3, cast.GetProperty("elements").GetInt64());
        Assert.Equal(1, cast.GetProperty("overflows").GetInt64());
        Assert.Equal(1, cast.GetProperty("underflows").GetInt64());
        Assert.Equal(0, cast.GetProperty("largest_relative_error").GetDouble());
        using Checkpoint written = Checkpoint.Open(folder["out.safetensors"]);
        Assert.Equal((Half)65504, written.StateDict["big"].ToArray<Half>()[0]);
    }

    [Theory]
    [InlineData("bf16", "bfloat16")]
    [InlineData("torch.bfloat16", "bfloat16")]
    [InlineData("FP16", "float16")]
    [InlineData("f64", "float64")]
    [InlineData("f8_e4m3fn", "float8_e4m3fn")]
    [InlineData("float8_e5m2", "float8_e5m2")]
    public void Types_have_short_names_and_those_of_PyTorch(string name, string expected)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Save("in.pth", ("x", Tensor(1f)));

        Assert.Equal(0, Cli.Run("convert", file, "-o", folder["out.pth"], "--dtype", name).ExitCode);

        using Checkpoint written = Checkpoint.Open(folder["out.pth"]);
        Assert.Equal(expected, written.StateDict["x"].DType.TorchName);
    }

    [Fact]
    public void What_was_tied_stays_tied()
    {
        using var folder = new TemporaryFolder();
        TensorView weight = TensorView.FromArray(new float[1000]);
        string file = folder.Save("in.pth", ("a", weight), ("b", weight), ("row", weight.Slice(0, 0, 10)));

        Assert.Equal(0, Cli.Run("convert", file, "-o", folder["out.pth"], "--dtype", "bf16").ExitCode);

        using Checkpoint written = Checkpoint.Open(folder["out.pth"]);
        Assert.Single(written.StateDict.Values.Select(tensor => tensor.Storage).Distinct());
        Assert.Equal(2000, written.StateDict["row"].Storage.ByteCount);
    }

    [Fact]
    public void What_the_library_refuses_is_said_in_the_words_of_the_command_line()
    {
        using var folder = new TemporaryFolder();
        TensorView weight = TensorView.FromArray(new float[10]);
        string file = folder.Save("in.pth", ("a", weight), ("b", TensorView.FromArray(new float[2])));

        CliResult several = Cli.Run("convert", file, "-o", folder["out.npy"]);
        CliResult shards = Cli.Run("convert", file, "-o", folder["out"], "--to", "npz", "--shard-size", "1MB");

        Assert.Equal((2, 2), (several.ExitCode, shards.ExitCode));
        Assert.Contains("--to npz writes several", several.Error, StringComparison.Ordinal);
        Assert.Contains("expected --to safetensors or torch-zip", shards.Error, StringComparison.Ordinal);
        Assert.Equal(["in.pth"], folder.Files);
    }

    [Fact]
    public void Tensors_that_share_memory_are_kept_once_or_copied_as_asked()
    {
        using var folder = new TemporaryFolder();
        TensorView weight = TensorView.FromArray(new float[10]);
        string file = folder.Save("in.pth", ("a", weight), ("b", weight));

        CliResult refused = Cli.Run("convert", file, "-o", folder["out.safetensors"]);
        CliResult kept = Cli.Run("convert", file, "-o", folder["kept.safetensors"], "--shared", "keep-first");
        CliResult cloned = Cli.Run("convert", file, "-o", folder["cloned.safetensors"], "--shared", "clone");

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("--shared says", refused.Error, StringComparison.Ordinal);
        Assert.Contains("a = b", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["out.safetensors"]));
        Assert.Contains("left out: b, which shares its memory with a", kept.Error, StringComparison.Ordinal);
        Assert.Equal(["a"], NamesIn(folder["kept.safetensors"]));
        Assert.Equal(0, cloned.ExitCode);
        Assert.Equal(["a", "b"], NamesIn(folder["cloned.safetensors"]));
    }

    [Fact]
    public void Names_are_chosen_after_wrappers_are_off()
    {
        using var folder = new TemporaryFolder();

        Assert.Equal(
            0,
            Cli.Run(
                "convert",
                Repository.Sample,
                "-o",
                folder["out.pth"],
                "--unwrap",
                "--only",
                "features.*",
                "--drop",
                "*.bias",
                "--drop",
                "*running*"
            ).ExitCode
        );

        string[] names = NamesIn(folder["out.pth"]);
        Assert.Equal(39, names.Length);
        Assert.All(names, name => Assert.Matches("^features.*(weight|tracked)$", name));
    }

    [Fact]
    public void When_no_name_is_left_nothing_is_written()
    {
        using var folder = new TemporaryFolder();

        CliResult result = Cli.Run("convert", Repository.Sample, "-o", folder["out.pth"], "--only", "features.*");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("pth: none of the 93 names is left\n", result.Error);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void A_training_checkpoint_stays_whole_where_the_format_can_hold_it()
    {
        using var folder = new TemporaryFolder();
        Checkpoint.Save(folder["in.ckpt"], Training());

        CliResult whole = Cli.Run("convert", folder["in.ckpt"], "-o", folder["whole.pth"], "--dtype", "bf16");
        CliResult refused = Cli.Run("convert", folder["in.ckpt"], "-o", folder["out.safetensors"]);
        CliResult alone = Cli.Run("convert", folder["in.ckpt"], "-o", folder["a.safetensors"], "--tensors-only");
        CliResult at = Cli.Run("convert", folder["in.ckpt"], "-o", folder["b.pth"], "--at", "ema");

        Assert.Equal(0, whole.ExitCode);
        using Checkpoint written = Checkpoint.Open(folder["whole.pth"]);
        Assert.Equal("7", written.Root["epoch"].Describe());
        Assert.Equal(DType.BFloat16, written.StateDict["w"].DType);
        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith(
            $"pth: {folder["in.ckpt"]}: found what safetensors cannot hold, expected ",
            refused.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("--tensors-only leaves it out", refused.Error, StringComparison.Ordinal);
        Assert.Contains("epoch", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, alone.ExitCode);
        Assert.Contains("left out: epoch", alone.Error, StringComparison.Ordinal);
        Assert.Equal(["w"], NamesIn(folder["a.safetensors"]));
        Assert.Equal(0, at.ExitCode);
        Assert.Equal(["shadow"], NamesIn(folder["b.pth"]));
    }

    [Fact]
    public void The_texts_of_a_safetensors_file_stay()
    {
        using var folder = new TemporaryFolder();
        var state = new StateDict { { "x", Tensor(1f) } };
        Checkpoint.Save(
            folder["in.safetensors"],
            state,
            new WriteOptions
            {
                Format = ContainerFormat.SafeTensors,
                Metadata = new Dictionary<string, string> { ["licence"] = "MIT" },
            }
        );

        Assert.Equal(
            0,
            Cli.Run("convert", folder["in.safetensors"], "-o", folder["out.safetensors"], "--dtype", "bf16").ExitCode
        );

        using Checkpoint written = Checkpoint.Open(folder["out.safetensors"]);
        Assert.Equal("MIT", written.Container.Metadata["licence"]);
        Assert.Contains(
            "metadata  licence = MIT",
            Cli.Run("show", folder["out.safetensors"]).Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_folder_of_shards_is_written_shown_and_turned_into_one_file_again()
    {
        using var folder = new TemporaryFolder();
        string shards = folder["shards"];

        CliResult there = Cli.Run("convert", Repository.PlainSample, "-o", shards, "--shard-size", "100KB");
        CliResult back = Cli.Run("convert", shards, "-o", folder["back.pth"]);

        Assert.Equal(0, there.ExitCode);
        Assert.Equal($"{shards}: 237 kB (231 KiB) written as safetensors in 3 files\n", there.Error);
        Assert.True(File.Exists(Path.Combine(shards, "model.safetensors.index.json")));
        Assert.Equal(0, back.ExitCode);
        Assert.Equal(0, Cli.Run("diff", folder["back.pth"], Repository.PlainSample).ExitCode);
        Assert.Equal(0, Cli.Run("verify", shards).ExitCode);
        Assert.Contains("container sharded", Cli.Run("show", shards).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dry_run_reports_all_and_writes_nothing()
    {
        using var folder = new TemporaryFolder();

        CliResult dry = Cli.Run("convert", Repository.Sample, "--to", "safetensors", "--dtype", "f16", "--dry-run");
        CliResult real = Cli.Run("convert", Repository.Sample, "-o", folder["x.safetensors"], "--dtype", "f16");

        Assert.Equal(0, dry.ExitCode);
        Assert.Contains("would be written as safetensors", dry.Error, StringComparison.Ordinal);
        Assert.Equal(real.Error.Split('\n')[1..], dry.Error.Split('\n')[1..]);
        Assert.Single(folder.Files);
    }

    [Fact]
    public void The_extension_or_the_name_of_a_format_says_what_is_written()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Save("in.pth", ("x", Tensor(1f)));

        Assert.Equal(0, Cli.Run("convert", file, "-o", folder["old"], "--to", "torch-legacy").ExitCode);
        Assert.Equal(0, Cli.Run("convert", file, "-o", folder["new.bin"], "--profile", "1.9").ExitCode);

        Assert.Equal("torch-legacy", KindOf(folder["old"]));
        using Checkpoint written = Checkpoint.Open(folder["new.bin"]);
        Assert.Equal(WriterProfile.PyTorch19, written.Container.Profile);
    }

    [Theory]
    [InlineData()]
    [InlineData("-o", "x")]
    [InlineData("-o", "x.tar")]
    [InlineData("-o", "x.pth", "--to", "onnx")]
    [InlineData("-o", "x.pth", "--dtype", "int8")]
    [InlineData("-o", "x.pth", "--dtype", "f4")]
    [InlineData("-o", "x.pth", "--saturate")]
    [InlineData("-o", "x.pth", "--shared", "maybe")]
    [InlineData("-o", "x.pth", "--at", "no.such")]
    [InlineData("-o", "x", "--shard-size", "many")]
    [InlineData("-o", "x", "--shard-size", "1GB", "--dry-run")]
    [InlineData("-o", "x", "--shard-size", "1GB", "--to", "npz")]
    public void Nonsense_is_refused(params string[] options)
    {
        CliResult result = Cli.Run(["convert", Repository.PlainSample, .. options]);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("pth: ", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists("x.pth"));
    }

    [Fact]
    public void The_input_is_not_overwritten()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Copy(Repository.PlainSample);

        Assert.Equal(2, Cli.Run("convert", file, "-o", file, "--dtype", "bf16").ExitCode);

        Assert.Equal(File.ReadAllBytes(Repository.PlainSample), File.ReadAllBytes(file));
    }

    [Fact]
    public void When_it_is_stopped_nothing_half_written_stays()
    {
        using var folder = new TemporaryFolder();
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        var console = new FakeConsole();

        foreach (string output in (string[])["out.pth", "out.safetensors"])
        {
            int exitCode = App.Run(
                ["convert", Repository.Sample, "-o", folder[output], "--dtype", "bf16"],
                console,
                stopped.Token
            );
            Assert.Equal(130, exitCode);
        }
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void A_damaged_source_is_not_converted_in_silence()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Save("in.pth", ("x", TensorView.FromArray(new float[100_000])));
        long damage;
        using (Checkpoint checkpoint = Checkpoint.Open(file))
        {
            damage = checkpoint.StateDict["x"].Storage.FileOffset!.Value + 200_000;
        }
        using (FileStream stream = File.OpenWrite(file))
        {
            stream.Position = damage;
            stream.WriteByte(1);
        }
        foreach (string output in (string[])["out.pth", "out.safetensors"])
        {
            CliResult result = Cli.Run("convert", file, "-o", folder[output], "--dtype", "bf16");

            Assert.Equal(2, result.ExitCode);
            Assert.Contains("CRC-32", result.Error, StringComparison.Ordinal);
        }
        Assert.Equal(["in.pth"], folder.Files);
    }

    private static PyDict Training() =>
        new()
        {
            ["epoch"] = 7,
            ["state_dict"] = new PyDict { ["w"] = Tensor(1f, 2f) },
            ["ema"] = new PyDict { ["shadow"] = Tensor(3f) },
        };

    private static string KindOf(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        return checkpoint.Container.Kind;
    }

    private static string[] NamesIn(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        return [.. checkpoint.StateDict.Keys];
    }
}
