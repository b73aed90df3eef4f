using System.Text;
using System.Text.Json.Nodes;
using Pth.Tests.Formats.SafeTensors;

namespace Pth.Tests.Formats.Sharded;

public sealed class ShardedReaderTests : IDisposable
{
    private const string First = "model-00001-of-00002.safetensors";
    private const string Second = "model-00002-of-00002.safetensors";
    private const string Index = "model.safetensors.index.json";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("generated/safetensors-0.8.0/hf_sharded", Index)]
    [InlineData("generated/torch-1.13.0/hf_sharded_bin", "pytorch_model.bin.index.json")]
    [InlineData("generated/torch-2.6.0/hf_sharded_bin", "pytorch_model.bin.index.json")]
    public void A_folder_of_Hugging_Face_is_read_to_the_hash_by_its_index_or_itself(string path, string index)
    {
        Assert.SkipWhen(SharedFixtures.Folder is null, "The folder shared/fixtures is not beside the project.");
        string folder = Path.Combine(SharedFixtures.Folder!, path);
        var golden = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(Path.Combine(SharedFixtures.Folder!, "GOLDEN.jsonl")))
        {
            JsonNode row = JsonNode.Parse(line)!;
            if (((string)row["path"]!).StartsWith(path + "/", StringComparison.Ordinal))
            {
                foreach ((string name, JsonNode? tensor) in row["tensors"]!.AsObject())
                {
                    golden.Add(name, (string)tensor!["sha256"]!);
                }
            }
        }
        Assert.Equal(3, golden.Count);

        foreach (string opened in (string[])[folder, Path.Combine(folder, index)])
        {
            using Checkpoint mapped = Checkpoint.Open(opened);
            using Checkpoint loaded = Checkpoint.Load(opened);
            Assert.Equal("sharded", mapped.Container.Kind);
            Assert.Equal(["a.weight", "a.bias", "b.weight"], mapped.StateDict.Keys);
            Assert.Empty(mapped.Container.Notes);
            foreach (Checkpoint checkpoint in (Checkpoint[])[mapped, loaded])
            {
                Assert.Equal(
                    golden,
                    checkpoint.StateDict.ToDictionary(
                        pair => pair.Key,
                        pair => Convert.ToHexStringLower(pair.Value.Sha256())
                    )
                );
            }
            Assert.Equal(path.Contains("torch", StringComparison.Ordinal), mapped.VerifyChecksums().Verified > 0);
        }
    }

    [Fact]
    public void Shards_without_an_index_are_put_together_by_their_numbers()
    {
        WriteShards();
        File.Delete(In(Index));

        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);

        Assert.Equal(["a", "b"], checkpoint.StateDict.Keys);
        File.Delete(In(Second));
        Assert.Equal(CheckpointErrorKind.MissingRecord, KindOf(_folder.Path));
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("adapter_model.safetensors")]
    public void A_folder_with_one_file_is_that_file(string name)
    {
        Save(name, ("a", 1));
        _folder.Write("config.json", "{}"u8);

        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);

        Assert.Equal("safetensors", checkpoint.Container.Kind);
    }

    [Fact]
    public void A_folder_without_weights_or_with_several_is_refused()
    {
        Assert.Equal(CheckpointErrorKind.UnknownContainer, KindOf(_folder.Path));
        Save("x.safetensors", ("a", 1));
        Save("y.safetensors", ("a", 1));
        Assert.Equal(CheckpointErrorKind.Unsupported, KindOf(_folder.Path));
    }

    [Fact]
    public void A_tensor_that_its_shard_does_not_have_is_missing()
    {
        WriteShards();
        WriteIndex(("a", First), ("b", Second), ("c", Second));

        CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(In(Index)));

        Assert.Equal(CheckpointErrorKind.MissingRecord, error.Kind);
        Assert.Contains($"'c' in {Second}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_that_the_index_does_not_name_is_left_out_with_a_note()
    {
        WriteShards();
        WriteIndex(("b", Second), ("a", First));
        Save(First, ("a", 1), ("extra", 5));

        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);

        Assert.Equal(["b", "a"], checkpoint.StateDict.Keys);
        Assert.Contains(
            checkpoint.Container.Notes,
            note => note.Contains($"'extra' in {First}", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void A_tensor_in_two_shards_must_be_the_same_in_both()
    {
        WriteShards();
        Save(Second, ("b", 2), ("a", 1));

        using (Checkpoint same = Checkpoint.Open(_folder.Path))
        {
            Assert.Contains(same.Container.Notes, note => note.Contains("'a' in", StringComparison.Ordinal));
        }
        Save(Second, ("b", 2), ("a", 7));
        Assert.Equal(CheckpointErrorKind.DuplicateRecord, KindOf(_folder.Path));
    }

    [Theory]
    [InlineData("../model.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("a\\b.safetensors")]
    [InlineData("C:x")]
    [InlineData("..")]
    [InlineData("")]
    public void An_index_names_files_beside_it_only(string file)
    {
        WriteIndex(("a", file));

        CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(In(Index)));

        Assert.Equal((CheckpointErrorKind.InvalidHeader, "a"), (error.Kind, error.Entry));
    }

    [Fact]
    public void A_shard_that_is_not_there_is_named()
    {
        WriteShards();
        File.Delete(In(Second));

        CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(_folder.Path));

        Assert.Equal(CheckpointErrorKind.MissingRecord, error.Kind);
        Assert.EndsWith(Second, error.SourceName, StringComparison.Ordinal);
    }

    [Fact]
    public void An_index_names_a_tensor_once_unless_the_reader_is_lenient()
    {
        WriteShards();
        _folder.Write(Index, Encoding.UTF8.GetBytes($$$"""{"weight_map":{"a":"{{{Second}}}","a":"{{{First}}}"}}"""));

        Assert.Equal(CheckpointErrorKind.DuplicateRecord, KindOf(In(Index)));
        using Checkpoint lenient = Checkpoint.Open(In(Index), new ReadOptions { Lenient = true });

        Assert.Equal(["a"], lenient.StateDict.Keys);
    }

    [Fact]
    public void An_index_without_its_folder_is_refused()
    {
        byte[] index = Encoding.UTF8.GetBytes($$$"""{"weight_map":{"a":"{{{First}}}"}}""");

        Assert.Equal(
            CheckpointErrorKind.Unsupported,
            Assert.Throws<CheckpointException>(() => Checkpoint.Open(index)).Kind
        );
    }

    [Fact]
    public void Damage_in_an_index_is_refused_or_read()
    {
        WriteShards();
        byte[] whole = File.ReadAllBytes(In(Index));
        for (int i = 0; i < whole.Length; i++)
        {
            _folder.Write(Index, whole.AsSpan(0, i));
            Assert.Throws<CheckpointException>(() => Checkpoint.Open(In(Index)));
            foreach (byte change in (ReadOnlySpan<byte>)[0x01, 0x80])
            {
                byte[] changed = [.. whole];
                changed[i] ^= change;
                _folder.Write(Index, changed);
                Exception? error = Record.Exception(() => Checkpoint.Open(In(Index)).Dispose());
                Assert.True(error is null or CheckpointException, $"byte {i} xor {change}: {error}");
            }
        }
    }

    private string In(string name) => Path.Combine(_folder.Path, name);

    private void WriteShards()
    {
        Save(First, ("a", 1));
        Save(Second, ("b", 2));
        WriteIndex(("a", First), ("b", Second));
    }

    private void WriteIndex(params (string Name, string File)[] map)
    {
        var index = new JsonObject
        {
            ["metadata"] = new JsonObject { ["total_size"] = 4 * map.Length },
            ["weight_map"] = new JsonObject(map.Select(item => KeyValuePair.Create(item.Name, (JsonNode?)item.File))),
        };
        _folder.Write(Index, Encoding.UTF8.GetBytes(index.ToJsonString()));
    }

    private void Save(string name, params (string Name, int Value)[] tensors) =>
        Checkpoint.Save(
            In(name),
            SafeTensorsFile.Dictionary([.. tensors.Select(item => (item.Name, TensorView.Scalar(item.Value)))]),
            SafeTensorsFile.Options
        );

    private static CheckpointErrorKind KindOf(string path) =>
        Assert.Throws<CheckpointException>(() => Checkpoint.Open(path)).Kind;
}
