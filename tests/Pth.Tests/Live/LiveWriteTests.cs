using System.Text.Json;
using System.Text.Json.Nodes;
using Pth.Errors;
using Pth.StateDicts;
using Pth.Tests.Fixtures;
using Pth.Tests.Oracles;

namespace Pth.Tests.Live;

/// <summary>Random checkpoints that are made here, against the <c>torch.save</c> and <c>torch.load</c> of each PyTorch.</summary>
[Trait("Category", "Live")]
public class LiveWriteTests(TorchOracles oracles)
{
    private const int Count = 120;

    private const string SaveAndLoad = """
        import json, recipes
        folder = args[0]
        for name, recipe in json.load(open(f"{folder}/recipes.json", encoding="utf-8")).items():
            torch.save(recipes.build(recipe), f"{folder}/theirs/{name}")
            ours = f"{folder}/ours/{name}"
            rows = {"": golden.tensors(golden.load(ours))}
            compact = golden.tensors(golden.load(f"{folder}/compact/{name}"))
            if args[1] == "safely":
                rows["weights_only"] = golden.tensors(torch.load(ours, weights_only=True))
                rows["mmap"] = golden.tensors(torch.load(ours, weights_only=True, mmap=True))
            print(json.dumps({"ways": rows, "compact": compact}))
        """;

    /// <summary>Which writer's files each version stands for. No Debian has PyTorch 1.9 to 1.12: shared fixtures cover these.</summary>
    [Theory]
    [InlineData("1.13.1", WriterProfile.PyTorch113)]
    [InlineData("2.6.0", WriterProfile.PyTorch21)]
    [InlineData("2.14.1", WriterProfile.PyTorch27)]
    public void Random_checkpoints_are_what_PyTorch_saves_to_the_byte_and_it_loads_them(
        string version,
        WriterProfile profile
    )
    {
        TorchOracle torch = oracles.Get(version);
        using SharedFolder folder = torch.CreateFolder();
        Directory.CreateDirectory(folder["ours"]);
        Directory.CreateDirectory(folder["theirs"]);
        Directory.CreateDirectory(folder["compact"]);

        var recipes = new JsonObject();
        var roots = new List<(string Name, PyValue Root)>();
        for (int i = 0; i < Count; i++)
        {
            int seed = (100_000 * (int)profile) + i;
            string name = $"random.{seed}.pt";
            (PyValue root, JsonNode recipe) = RandomCheckpoint.Make(
                seed,
                DTypesOf(version),
                canConjugate: version != "1.13.1"
            );
            recipes.Add(name, recipe);
            roots.Add((name, root));
            var options = new WriteOptions { Profile = profile, Durability = Durability.Kernel };
            Checkpoint.Save(folder[$"ours/{name}"], root, options);
            Checkpoint.Save(folder[$"compact/{name}"], root, options with { Compact = true });
        }
        File.WriteAllText(folder["recipes.json"], recipes.ToJsonString(new JsonSerializerOptions { MaxDepth = 1_000 }));

        string safely = version == "1.13.1" ? "" : "safely";
        string[] replies = torch.Run(SaveAndLoad, folder.ForPython("."), safely).TrimEnd().Split('\n');
        for (int i = 0; i < Count; i++)
        {
            (string name, PyValue root) = roots[i];
            try
            {
                Resave.AssertSameBytes(
                    File.ReadAllBytes(folder[$"theirs/{name}"]),
                    File.ReadAllBytes(folder[$"ours/{name}"])
                );
                CheckRows(replies[i], root);
            }
            catch (Exception error)
            {
                Assert.Fail($"PyTorch {version}, {name}: {error}");
            }
        }
    }

    private static void CheckRows(string reply, PyValue root)
    {
        IReadOnlyList<NamedTensor> tensors = TensorPaths.Collect(root, ReadLimits.Default, new ErrorLocation("<made>"));
        JsonElement loaded = JsonDocument.Parse(reply).RootElement;
        foreach (JsonProperty way in loaded.GetProperty("ways").EnumerateObject())
        {
            TensorMatch.CheckAll(ExpectedTensor.ParseAll(way.Value), tensors);
        }
        // Compact files have the same elements in other storages.
        IEnumerable<ExpectedTensor> compact = ExpectedTensor.ParseAll(loaded.GetProperty("compact"));
        foreach ((ExpectedTensor row, NamedTensor tensor) in compact.Where(row => row.Layout is null).Zip(tensors))
        {
            Assert.Equal((tensor.Name, tensor.Tensor.DType.TorchName), (row.Name, row.DType));
            Assert.Equal(tensor.Tensor.Shape, row.Shape!);
            Assert.Equal(
                tensor.Tensor.Storage.IsMeta ? null : Convert.ToHexStringLower(tensor.Tensor.Sha256()),
                row.Sha256
            );
            long leastBytes = Math.Min(tensor.Tensor.ByteCount, tensor.Tensor.Storage.ByteCount);
            Assert.Equal((row.Name, leastBytes), (row.Name, row.StorageBytes));
        }
    }

    private static List<DType> DTypesOf(string version)
    {
        List<DType> dtypes =
        [
            DType.Float32,
            DType.Float32,
            DType.Float64,
            DType.Float16,
            DType.BFloat16,
            DType.Int8,
            DType.Int16,
            DType.Int32,
            DType.Int64,
            DType.UInt8,
            DType.Bool,
            DType.Complex64,
            DType.Complex128,
        ];
        if (version != "1.13.1")
        {
            dtypes.AddRange([DType.UInt16, DType.UInt32, DType.UInt64, DType.Complex32, DType.Bits8, DType.Bits16]);
            dtypes.AddRange([DType.Float8E4M3Fn, DType.Float8E5M2, DType.Float8E4M3Fnuz, DType.Float8E5M2Fnuz]);
        }
        if (version == "2.14.1")
        {
            dtypes.AddRange([DType.Float8E8M0Fnu, DType.Float4E2M1FnX2, DType.BComplex32]);
        }
        return dtypes;
    }
}
