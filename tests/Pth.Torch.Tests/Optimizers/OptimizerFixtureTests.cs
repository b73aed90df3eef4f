using Pth.Tests.Formats;
using Pth.Tests.Oracles;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Tests.Optimizers;

/// <summary>Real files of others: what <c>torch.save</c> wrote for TorchSharp.PyBridge, and what TorchSharp's own tests load.</summary>
[Trait("Category", "Live")]
public sealed class OptimizerFixtureTests(TorchOracles oracles)
{
    private const string Same = """
        import copy
        def loaded(state):
            shapes = {}
            for s in state["state"].items():
                shapes[s[0]] = next((list(v.shape) for v in s[1].values() if torch.is_tensor(v) and v.dim() > 0), [2])
            groups = [{"params": [torch.nn.Parameter(torch.ones(shapes.get(i, [2]))) for i in g["params"]]} for g in state["param_groups"]]
            o = getattr(torch.optim, args[0])(groups, lr=0.3)
            o.load_state_dict(copy.deepcopy(state))
            return o
        ours = loaded(torch.load(args[1]))
        if len(args) > 2:
            a, b = loaded(torch.load(args[2])).state_dict(), ours.state_dict()
            assert a["state"].keys() == b["state"].keys(), (a, b)
            for i, s in a["state"].items():
                s = {k: v for k, v in s.items() if v is not None}
                assert s.keys() == b["state"][i].keys(), (i, s.keys(), b["state"][i].keys())
                for k, v in s.items():
                    assert torch.equal(torch.as_tensor(v), torch.as_tensor(b["state"][i][k])), (i, k)
            for g, h in zip(a["param_groups"], b["param_groups"]):
                for k in ("foreach", "capturable", "fused", "differentiable"):
                    g.pop(k, None), h.pop(k, None)
                assert g == h, (g, h)
        for g in ours.param_groups:
            for p in g["params"]:
                p.grad = torch.ones_like(p)
        ours.step()
        stepped = [p for g in ours.param_groups for p in g["params"]]
        assert all(torch.isfinite(p).all() for p in stepped) and any(not torch.equal(p, torch.ones_like(p)) for p in stepped), stepped
        """;

    public static TheoryData<string> PyTorchFiles =>
        [
            .. Files(
                "shaltielshmid__TorchSharp.PyBridge/TorchSharp.PyBridge.Tests/pickled_optimizers",
                "*_load.pth",
                "*_load.bin"
            ),
        ];

    public static TheoryData<string> TorchSharpFiles => [.. Files("dotnet__TorchSharp", "*1.dat")];

    [Theory]
    [MemberData(nameof(PyTorchFiles))]
    public void A_file_of_PyTorch_gives_TorchSharp_what_PyTorch_reads(string relative)
    {
        string file = Path.Combine(SharedFixtures.Folder!, relative);
        TorchOracle oracle = oracles.Get("2.14.1");
        string name = NameOf(Path.GetFileName(file).Split('_')[0]);
        using var checkpoint = Checkpoint.Load(file);
        using OptimizerHelper optimizer = OptimizerCase.Make(
            name,
            checkpoint
                .Root["param_groups"]
                .As<PyList>()
                .Select(group =>
                    (IReadOnlyList<Parameter>)
                        [.. group["params"].As<PyList>().Select(id => Like(checkpoint.Root["state"].As<PyDict>(), id))]
                )
        );
        optimizer.LoadStateDict(checkpoint.Root);

        using SharedFolder folder = oracle.CreateFolder();
        Checkpoint.Save(folder["ours.pt"], optimizer.ToStateDict());
        File.Copy(file, folder["theirs.pt"]);
        oracle.Run(Same, name, folder.ForPython("ours.pt"), folder.ForPython("theirs.pt"));
    }

    [Theory]
    [MemberData(nameof(TorchSharpFiles))]
    public void A_file_of_TorchSharp_becomes_one_that_PyTorch_steps_on_from(string relative)
    {
        string file = Path.Combine(SharedFixtures.Folder!, relative);
        TorchOracle oracle = oracles.Get("2.14.1");
        string name = NameOf(Path.GetFileName(file).Replace("1.dat", "", StringComparison.Ordinal));
        // Each is of one or two linear layers.
        int groups = new FileInfo(file).Length > 1000 ? 2 : 1;
        using OptimizerHelper first = Layers(name, groups);
        first.load_state_dict(file);

        using SharedFolder folder = oracle.CreateFolder();
        Checkpoint.Save(folder["ours.pt"], first.ToStateDict());
        oracle.Run(Same, name, folder.ForPython("ours.pt"));

        using OptimizerHelper second = Layers(name, groups);
        using var saved = Checkpoint.Load(folder["ours.pt"]);
        second.LoadStateDict(saved.Root);
        Assert.Equal(
            first.ParamGroups.Select(group => group.LearningRate),
            second.ParamGroups.Select(group => group.LearningRate)
        );
        Assert.Equal(Lines(first.ToStateDict()), Lines(second.ToStateDict()));
    }

    private static IEnumerable<string> Lines(PyValue value, string path = "") =>
        value switch
        {
            PyDict dict => dict.SelectMany(entry => Lines(entry.Value, $"{path}/{entry.Key}")),
            PyList list => list.SelectMany((item, i) => Lines(item, $"{path}/{i}")),
            PyTuple tuple => tuple.SelectMany((item, i) => Lines(item, $"{path}/{i}")),
            PyTensor tensor => [$"{path} {string.Join(' ', tensor.View.ToArray<float>())}"],
            _ => [$"{path} {value}"],
        };

    private static OptimizerHelper Layers(string name, int groups) =>
        name == "RAdam"
            // TorchSharp's files have the name of its class in them.
            ? optim.RAdam(
                Enumerable.Range(0, groups).Select(_ => new RAdam.ParamGroup([new(ones(10, 10)), new(ones(10))]))
            )
            : OptimizerCase.Make(
                name,
                Enumerable.Range(0, groups).Select(_ => (IReadOnlyList<Parameter>)[new(ones(10, 10)), new(ones(10))])
            );

    private static Parameter Like(PyDict states, PyValue id) =>
        new(
            ones(
                states
                    .Where(entry => entry.Key.Describe() == id.Describe())
                    .SelectMany(entry => entry.Value.As<PyDict>().Values.OfType<PyTensor>())
                    .Select(tensor => tensor.View.Shape.AsSpan().ToArray())
                    .FirstOrDefault(shape => shape.Length > 0, [2])
            )
        );

    private static string NameOf(string file) =>
        OptimizerCase
            .All.Select(one => one.Optimizer)
            .First(name => string.Equals(name, file, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string> Files(string project, params string[] patterns) =>
        SharedFixtures.Folder is { } folder
            ? patterns
                .SelectMany(pattern =>
                    Directory.EnumerateFiles(Path.Combine(folder, project), pattern, SearchOption.AllDirectories)
                )
                .Select(file => Path.GetRelativePath(folder, file))
                .Order(StringComparer.Ordinal)
            : [];
}
