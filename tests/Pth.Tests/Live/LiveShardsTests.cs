using System.Text.Json;
using Pth.Tests.Formats.SafeTensors;
using Pth.Tests.Oracles;

namespace Pth.Tests.Live;

/// <summary>Folders of shards, whose files are what <c>save_file</c> and <c>torch.save</c> write, and whose index is what Python's json writes.</summary>
[Trait("Category", "Live")]
public class LiveShardsTests(TorchOracles oracles)
{
    private const string Check = """
        import json, os, safetensors.torch as st
        folder = args[0]
        for kind, name in (("st", "model.safetensors.index.json"), ("pt", "pytorch_model.bin.index.json")):
            text = open(f"{folder}/{kind}/{name}").read()
            index = json.loads(text)
            assert json.dumps(index, indent=2) == text, name
            total = 0
            for file in sorted(set(index["weight_map"].values())):
                path = f"{folder}/{kind}/{file}"
                tensors = st.load_file(path) if kind == "st" else torch.load(path, weights_only=True)
                assert list(tensors) == [k for k, v in index["weight_map"].items() if v == file] or kind == "st", file
                assert set(tensors) == {k for k, v in index["weight_map"].items() if v == file}, file
                again = f"{folder}/{file}"
                if kind == "st":
                    st.save_file(tensors, again, metadata={"format": "pt"})
                else:
                    torch.save(tensors, again)
                assert open(path, "rb").read() == open(again, "rb").read(), file
                total += sum({t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in tensors.values()}.values())
            assert total == index["metadata"]["total_size"], total
            print(json.dumps(index["weight_map"]))
        """;

    [Fact]
    public void Shards_and_their_index_are_what_Python_writes_to_the_byte()
    {
        TorchOracle torch = oracles.Get("2.14.1");
        using SharedFolder folder = torch.CreateFolder();
        var random = new Random(3);
        var root = new PyDict();
        TensorView tied = Floats(random, 6);
        for (int i = 0; i < 40; i++)
        {
            root[$"layer.{i}.\u00e9\"\\\n\u007f\U0001F600"] = Floats(random, random.Next(1, 30));
            root[$"tied.{i % 3}"] = tied;
        }
        WriteOptions options = SafeTensorsFile.Options with
        {
            SharedTensors = SharedTensorPolicy.KeepFirst,
            Metadata = new Dictionary<string, string> { ["k\u0001"] = "v\u2028" },
        };

        ShardedSaveSummary first = Checkpoint.SaveSharded(folder["st"], root, 400, options);
        ShardedSaveSummary second = Checkpoint.SaveSharded(
            folder["pt"],
            root,
            400,
            options with
            {
                Format = ContainerFormat.TorchZip,
            }
        );
        string[] maps = torch.Run(Check, folder.ForPython(".")).TrimEnd().Split('\n');

        Assert.True(first.Files.Count > 3 && second.Files.Count == first.Files.Count);
        Assert.Equal(["tied.1", "tied.2"], first.Dropped.Keys.Order());
        Assert.Equal(root.Count - 2, JsonDocument.Parse(maps[0]).RootElement.EnumerateObject().Count());
        Assert.Equal(root.Count, JsonDocument.Parse(maps[1]).RootElement.EnumerateObject().Count());
    }

    private static TensorView Floats(Random random, int count) =>
        TensorView.FromArray([.. Enumerable.Range(0, count).Select(_ => random.NextSingle())], [count]);
}
