using System.Text.Json;
using System.Text.Json.Nodes;
using Pth.Errors;
using Pth.StateDicts;
using Pth.Tests.Fixtures;
using Pth.Tests.Oracles;

namespace Pth.Tests.Live;

/// <summary>The legacy stream of each PyTorch: <c>torch.save(..., _use_new_zipfile_serialization=False)</c>.</summary>
[Trait("Category", "Live")]
public class LiveLegacyTests(TorchOracles oracles)
{
    private const int Count = 40;

    private const string SaveRandom = """
        import json, random_checkpoints
        folder, first, count = args[0], int(args[1]), int(args[2])
        untyped, random_checkpoints.NEEDS_UNTYPED = random_checkpoints.NEEDS_UNTYPED, []
        try:
            for seed in range(first, first + count):
                path = f"{folder}/random.{seed}.pt"
                torch.save(random_checkpoints.build(seed), path, _use_new_zipfile_serialization=False)
                print(json.dumps(golden.tensors(golden.load(path))))
        finally:
            random_checkpoints.NEEDS_UNTYPED = untyped
        """;

    /// <summary>PyTorch's keys are addresses in memory. Here it is given ours: they count the storages in the order of the object.</summary>
    private const string SaveWithOurKeysAndLoad = """
        import builtins, json, recipes

        class Meta(type):
            def __instancecheck__(cls, value):
                return isinstance(value, builtins.str)

        class counted(metaclass=Meta):
            numbers = {}
            def __new__(cls, value=""):
                if type(value) is not int:
                    return builtins.str(value)
                return builtins.str(1_000_000_000 + cls.numbers.setdefault(value, len(cls.numbers)))

        folder = args[0]
        for name, recipe in json.load(open(f"{folder}/recipes.json", encoding="utf-8")).items():
            value = recipes.build(recipe)
            counted.numbers = {}
            torch.serialization.str = counted
            try:
                torch.save(value, f"{folder}/theirs/{name}", _use_new_zipfile_serialization=False)
            finally:
                del torch.serialization.str
            ours = f"{folder}/ours/{name}"
            rows = {"": golden.tensors(golden.load(ours))}
            if args[1] == "safely":
                rows["weights_only"] = golden.tensors(torch.load(ours, weights_only=True))
            print(json.dumps(rows))
        """;

    private const string SaveModule = """
        from torch import nn
        torch.manual_seed(1)
        net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 4), nn.Sequential(nn.Linear(4, 2), nn.ReLU()))
        torch.save({"net": net, "epoch": 1}, f"{args[0]}/theirs.pt", _use_new_zipfile_serialization=False)
        """;

    private const string LoadModules = """
        theirs = golden.load(f"{args[0]}/theirs.pt")["net"]
        for name in ("ours.pt", "zip.pt"):
            ours = golden.load(f"{args[0]}/{name}")["net"]
            assert str(ours) == str(theirs)
            for (a, x), (b, y) in zip(ours.state_dict().items(), theirs.state_dict().items()):
                assert a == b and torch.equal(x, y)
        print("equal")
        """;

    [Theory]
    [MemberData(nameof(TorchOracles.Versions), MemberType = typeof(TorchOracles))]
    public void Random_checkpoints_are_read_and_written_back_to_the_byte(string version)
    {
        TorchOracle torch = oracles.Get(version);
        using SharedFolder folder = torch.CreateFolder();
        int first = 2000 * (version.Length + version[^1]);
        string[] replies = torch
            .Run(SaveRandom, folder.ForPython("."), first.ToString(), Count.ToString())
            .TrimEnd()
            .Split('\n');
        for (int i = 0; i < Count; i++)
        {
            string path = folder[$"random.{first + i}.pt"];
            try
            {
                using Checkpoint checkpoint = Checkpoint.Open(path);
                Assert.Equal("torch-legacy", checkpoint.Container.Kind);
                IReadOnlyList<ExpectedTensor> expected = ExpectedTensor.ParseAll(
                    JsonDocument.Parse(replies[i]).RootElement
                );
                TensorMatch.CheckAll(expected, checkpoint.Tensors);
                string again = folder["again.pt"];
                Checkpoint.Save(again, checkpoint.Root, Resave.Options(checkpoint.Container));
                Resave.AssertSameBytes(File.ReadAllBytes(path), File.ReadAllBytes(again));
            }
            catch (Exception error)
            {
                Assert.Fail($"PyTorch {version}, seed {first + i}: {error}");
            }
        }
    }

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
        var options = new WriteOptions
        {
            Format = ContainerFormat.TorchLegacy,
            Profile = profile,
            Durability = Durability.Kernel,
        };
        var recipes = new JsonObject();
        var roots = new List<(string Name, PyValue Root)>();
        for (int i = 0; i < Count; i++)
        {
            int seed = (200_000 * ((int)profile + 1)) + i;
            string name = $"random.{seed}.pt";
            (PyValue root, JsonNode recipe) = RandomCheckpoint.Make(seed, Typed, canConjugate: version != "1.13.1");
            recipes.Add(name, recipe);
            roots.Add((name, root));
            Checkpoint.Save(folder[$"ours/{name}"], root, options);
            using var stream = new MemoryStream();
            Checkpoint.Save(stream, root, options);
            Resave.AssertSameBytes(File.ReadAllBytes(folder[$"ours/{name}"]), stream.ToArray());
        }
        File.WriteAllText(folder["recipes.json"], recipes.ToJsonString(new JsonSerializerOptions { MaxDepth = 1_000 }));

        string safely = version == "1.13.1" ? "" : "safely";
        string[] replies = torch.Run(SaveWithOurKeysAndLoad, folder.ForPython("."), safely).TrimEnd().Split('\n');
        for (int i = 0; i < Count; i++)
        {
            (string name, PyValue root) = roots[i];
            try
            {
                Resave.AssertSameBytes(
                    File.ReadAllBytes(folder[$"theirs/{name}"]),
                    File.ReadAllBytes(folder[$"ours/{name}"])
                );
                IReadOnlyList<NamedTensor> tensors = TensorPaths.Collect(
                    root,
                    ReadLimits.Default,
                    new ErrorLocation("<made>")
                );
                foreach (JsonProperty way in JsonDocument.Parse(replies[i]).RootElement.EnumerateObject())
                {
                    TensorMatch.CheckAll(ExpectedTensor.ParseAll(way.Value), tensors);
                }
            }
            catch (Exception error)
            {
                Assert.Fail($"PyTorch {version}, {name}: {error}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(TorchOracles.Versions), MemberType = typeof(TorchOracles))]
    public void A_whole_module_keeps_the_source_of_its_classes_as_text(string version)
    {
        TorchOracle torch = oracles.Get(version);
        using SharedFolder folder = torch.CreateFolder();
        torch.Run(SaveModule, folder.ForPython("."));

        using Checkpoint checkpoint = Checkpoint.Open(folder["theirs.pt"]);
        Assert.Contains("torch.nn.modules.linear.Linear", checkpoint.Container.Code);
        Assert.Equal([4, 3], checkpoint.StateDict["0.weight"].Shape);
        Checkpoint.Save(folder["ours.pt"], checkpoint.Root, Resave.Options(checkpoint.Container));
        Resave.AssertSameBytes(File.ReadAllBytes(folder["theirs.pt"]), File.ReadAllBytes(folder["ours.pt"]));

        // The zip has no place for the source: the classes are named, and nothing else.
        Checkpoint.Save(folder["zip.pt"], checkpoint.Root);
        Assert.Equal("equal", torch.Run(LoadModules, folder.ForPython(".")).Trim());
        using Checkpoint zip = Checkpoint.Open(folder["zip.pt"]);
        Assert.Empty(zip.Container.Code);
        Checkpoint.Save(folder["back.pt"], zip.Root, new WriteOptions { Format = ContainerFormat.TorchLegacy });
        using Checkpoint back = Checkpoint.Open(folder["back.pt"]);
        Assert.Equal(checkpoint.Tensors.Select(t => t.Name), back.Tensors.Select(t => t.Name));
    }

    [Theory]
    [InlineData("2.6.0")]
    [InlineData("2.14.1")]
    public void What_PyTorch_writes_without_its_type_and_cannot_read_is_read_and_not_written(string version)
    {
        TorchOracle torch = oracles.Get(version);
        using SharedFolder folder = torch.CreateFolder();
        string reply = torch.Run(
            """
            path = f"{args[0]}/small.pt"
            torch.save({"w": torch.tensor([1.5, -2.0]).to(torch.float8_e5m2)}, path, _use_new_zipfile_serialization=False)
            try:
                torch.load(path, weights_only=True)
                print("loaded")
            except Exception:
                print("refused")
            """,
            folder.ForPython(".")
        );
        Assert.Equal("refused", reply.Trim());
        using Checkpoint checkpoint = Checkpoint.Open(folder["small.pt"]);
        Assert.Equal([1.5f, -2f], checkpoint.StateDict["w"].ReadAs<float>());

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() =>
            Checkpoint.Save(folder["again.pt"], checkpoint.Root, Resave.Options(checkpoint.Container))
        );
        Assert.Contains("choose the zip format", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["again.pt"]));
    }

    private static IReadOnlyList<DType> Typed { get; } =
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
}
