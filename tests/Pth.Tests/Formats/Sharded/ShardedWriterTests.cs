using System.Text;
using Pth.Tests.Formats.SafeTensors;

namespace Pth.Tests.Formats.Sharded;

/// <summary>The rules of <c>huggingface_hub/serialization/_base.py</c>.</summary>
public sealed class ShardedWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ContainerFormat.SafeTensors, "model", ".safetensors")]
    [InlineData(ContainerFormat.TorchZip, "pytorch_model", ".bin")]
    public void Files_are_filled_in_order_and_what_is_too_large_goes_alone_before_the_one_being_filled(
        ContainerFormat format,
        string stem,
        string extension
    )
    {
        PyDict root = SafeTensorsFile.Dictionary(
            ("a", Floats(1)),
            ("b", Floats(1)),
            ("large", Floats(5)),
            ("c", Floats(1)),
            ("d", Floats(1)),
            ("é", Floats(2))
        );

        ShardedSaveSummary summary = Checkpoint.SaveSharded(_folder.Path, root, 12, Options(format));

        string[] files = [.. Enumerable.Range(1, 3).Select(i => $"{stem}-{i:D5}-of-00003{extension}")];
        Assert.Equal(files, summary.Files);
        Assert.Equal((44, $"{stem}{extension}.index.json"), (summary.TotalSize, summary.Index));
        string index = $$"""
            {
              "metadata": {
                "total_size": 44
              },
              "weight_map": {
                "large": "{{files[0]}}",
                "a": "{{files[1]}}",
                "b": "{{files[1]}}",
                "c": "{{files[1]}}",
                "d": "{{files[2]}}",
                "\u00e9": "{{files[2]}}"
              }
            }
            """;
        Assert.Equal(index.ReplaceLineEndings("\n"), File.ReadAllText(Path.Combine(_folder.Path, summary.Index!)));
        Assert.Equal(4, Directory.GetFileSystemEntries(_folder.Path).Length);
        using Checkpoint read = Checkpoint.Open(_folder.Path);
        Assert.Equal(["large", "a", "b", "c", "d", "é"], read.StateDict.Keys);
        Assert.All(
            read.StateDict,
            pair => Assert.Equal(root[pair.Key].As<PyTensor>().View.Sha256(), pair.Value.Sha256())
        );
        Assert.Empty(read.Container.Notes);
    }

    [Fact]
    public void One_file_has_no_number_and_no_index_and_old_ones_go()
    {
        string[] old = ["model-00001-of-00009.safetensors", "model.safetensors.index.json", "model.safetensors"];
        string[] others = ["model-1-of-9.safetensors", "other-00001-of-00009.safetensors", "model-00001-of-00009.bin"];
        foreach (string name in old.Concat(others))
        {
            _folder.Write(name, "old"u8);
        }

        ShardedSaveSummary summary = Checkpoint.SaveSharded(
            _folder.Path,
            SafeTensorsFile.Dictionary(("a", Floats(1))),
            4,
            SafeTensorsFile.Options with
            {
                Metadata = new Dictionary<string, string> { ["k"] = "v" },
            }
        );

        Assert.Equal(["model.safetensors"], summary.Files);
        Assert.Null(summary.Index);
        Assert.Equal(old.SkipLast(1), summary.Removed);
        Assert.Equal(
            others.Append("model.safetensors").Order(),
            Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order()
        );
        using Checkpoint read = Checkpoint.Open(Path.Combine(_folder.Path, "model.safetensors"));
        Assert.Equal("v", read.Container.Metadata["k"]);
    }

    [Fact]
    public void Ties_go_into_one_file_and_count_once()
    {
        TensorView tied = Floats(2);
        TensorView head = new(tied.Storage, DType.Float32, [1], [1]);
        PyDict root = SafeTensorsFile.Dictionary(
            ("a", tied),
            ("b", Floats(2)),
            ("c", head),
            ("d", Floats(1)),
            ("e", tied)
        );

        ShardedSaveSummary summary = Checkpoint.SaveSharded(_folder.Path, root, 8, Options(ContainerFormat.TorchZip));

        Assert.Equal((20, 3), (summary.TotalSize, summary.Files.Count));
        using Checkpoint first = Checkpoint.Open(Path.Combine(_folder.Path, summary.Files[0]));
        Assert.Equal(["a", "c", "e"], first.StateDict.Keys);
        Assert.Same(first.StateDict["a"].Storage, first.StateDict["c"].Storage);
        Assert.Same(first.StateDict["a"], first.StateDict["e"]);
    }

    [Fact]
    public void Dropped_names_and_texts_are_in_the_index_and_the_format_in_each_file()
    {
        TensorView tied = Floats(2);
        PyDict root = SafeTensorsFile.Dictionary(("b", tied), ("a", tied), ("c", Floats(2)));
        WriteOptions options = SafeTensorsFile.Options with
        {
            SharedTensors = SharedTensorPolicy.KeepFirst,
            Metadata = new Dictionary<string, string> { ["k"] = "\u007f\"" },
        };

        ShardedSaveSummary summary = Checkpoint.SaveSharded(_folder.Path, root, 8, options);

        string index = Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(_folder.Path, summary.Index!)));
        Assert.StartsWith(
            "{\n  \"metadata\": {\n    \"total_size\": 16,\n    \"k\": \"\\u007f\\\"\",\n    \"b\": \"a\"\n  },\n",
            index,
            StringComparison.Ordinal
        );
        byte[] file = File.ReadAllBytes(Path.Combine(_folder.Path, summary.Files[0]));
        Assert.StartsWith(
            """{"__metadata__":{"format":"pt"},"a":""",
            SafeTensorsFile.HeaderOf(file),
            StringComparison.Ordinal
        );
        using Checkpoint read = Checkpoint.Open(_folder.Path);
        Assert.Equal("a", read.Container.Metadata["b"]);
    }

    [Fact]
    public void Cloned_ties_count_by_their_elements()
    {
        TensorView tied = Floats(2);
        PyDict root = SafeTensorsFile.Dictionary(("a", tied), ("b", tied));

        ShardedSaveSummary summary = Checkpoint.SaveSharded(
            _folder.Path,
            root,
            8,
            SafeTensorsFile.Options with
            {
                SharedTensors = SharedTensorPolicy.Clone,
            }
        );

        Assert.Equal((16, 2), (summary.TotalSize, summary.Files.Count));
    }

    [Fact]
    public void A_save_that_fails_leaves_what_was_there()
    {
        PyDict good = SafeTensorsFile.Dictionary(("a", Floats(1)), ("b", Floats(1)));
        Checkpoint.SaveSharded(_folder.Path, good, 4, SafeTensorsFile.Options);
        Dictionary<string, byte[]> before = Directory
            .GetFiles(_folder.Path)
            .ToDictionary(path => path, File.ReadAllBytes);
        byte[] zip = Saved.Bytes(SafeTensorsFile.Dictionary(("a", Floats(1)), ("b", Floats(1)), ("c", Floats(3))));
        zip[zip.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0, 0, 0x40, 0x40])] ^= 1;
        using Checkpoint damaged = Checkpoint.Open(zip);

        Assert.Throws<CheckpointException>(() =>
            Checkpoint.SaveSharded(_folder.Path, damaged.Root, 8, SafeTensorsFile.Options)
        );
        Assert.Throws<ArgumentException>(() =>
            Checkpoint.SaveSharded(_folder.Path, good, 8, Options(ContainerFormat.Npz))
        );

        Assert.Equal(before.Keys.Order(), Directory.GetFiles(_folder.Path).Order());
        Assert.All(before, pair => Assert.Equal(pair.Value, File.ReadAllBytes(pair.Key)));
    }

    [Fact]
    public void Progress_of_all_files_is_one()
    {
        var seen = new List<TransferProgress>();
        PyDict root = SafeTensorsFile.Dictionary([.. Enumerable.Range(0, 20).Select(i => ($"t{i}", Floats(1)))]);

        Checkpoint.SaveSharded(_folder.Path, root, 4, SafeTensorsFile.Options with { Progress = new Recorder(seen) });

        Assert.Equal(new TransferProgress(80, 80), seen[^1]);
        Assert.Equal(seen.Select(progress => progress.BytesDone).Order(), seen.Select(progress => progress.BytesDone));
    }

    [Theory]
    [InlineData("5GB", 5_000_000_000)]
    [InlineData("2.5 kb", 2_500)]
    [InlineData("0.0015KB", 1)]
    [InlineData("7", 7)]
    [InlineData("1TB", 1_000_000_000_000)]
    public void Sizes_are_decimal(string text, long bytes)
    {
        Assert.True(ShardSize.TryParse(text, out long parsed));
        Assert.Equal(bytes, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GB")]
    [InlineData("5GiB")]
    [InlineData("-1GB")]
    [InlineData("1.5")]
    [InlineData("0MB")]
    [InlineData("99999999999TB")]
    public void What_is_no_size_is_refused(string text) => Assert.False(ShardSize.TryParse(text, out _));

    private static WriteOptions Options(ContainerFormat format) => SafeTensorsFile.Options with { Format = format };

    private static TensorView Floats(int count) =>
        TensorView.FromArray([.. Enumerable.Range(1, count).Select(i => (float)i)], [count]);

    private sealed class Recorder(List<TransferProgress> seen) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => seen.Add(value);
    }
}
