using Pth.Tests.Oracles;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Tests.Optimizers;

/// <summary>Training that begins in PyTorch goes on in TorchSharp, and the reverse, as if nothing had happened.</summary>
[Trait("Category", "Live")]
public sealed class LiveOptimizerTests(TorchOracles oracles)
{
    /// <summary>
    /// PyTorch 1.13's NAdam multiplies its momentum once too often into the share of the next step, which 2.0 mended. TorchSharp follows the later
    /// ones: from a file of 1.13 it goes on as PyTorch 2 does.
    /// </summary>
    private static double Tolerance(string version, string optimizer) =>
        version == "1.13.1" && optimizer == "NAdam" ? 2e-3 : 1e-5;

    private const string Net = """
        names = ["w1", "b1", "w2", "b2"]
        def fresh(values):
            return [torch.nn.Parameter(v.clone()) for v in values]
        def optimizer(p, name, arguments, second):
            kind = getattr(torch.optim, name)
            groups = [{"params": p[:2]}, dict(params=p[2:], **eval("dict(" + second + ")"))]
            return kind(groups, **eval("dict(" + arguments + ")"))
        def train(p, o, steps):
            for _ in range(steps):
                o.zero_grad()
                loss = (((x @ p[0] + p[1]).tanh() @ p[2] + p[3] - y) ** 2).mean()
                loss.backward()
                o.step()
        def shape(state):
            kind = lambda v: (str(v.dtype), list(v.shape)) if torch.is_tensor(v) else type(v).__name__
            states = {i: {k: kind(v) for k, v in s.items() if v is not None} for i, s in state["state"].items()}
            # The first group has its keys in the order of the class, the second those first that it was given.
            return {i: s for i, s in states.items() if s}, list(state["param_groups"][0]), state["param_groups"]

        """;

    private const string Begin =
        Net
        + """
            torch.manual_seed(3)
            x, y = torch.randn(8, 3), torch.randn(8, 2)
            start = [torch.randn(3, 4) * 0.5, torch.randn(4) * 0.1, torch.randn(4, 2) * 0.5, torch.zeros(2)]
            import copy
            cases = []
            for name, arguments, second in eval(args[1]):
                p = fresh(start)
                o = optimizer(p, name, arguments, second)
                before = copy.deepcopy(o.state_dict())
                train(p, o, 5)
                middle = [v.detach().clone() for v in p]
                state = copy.deepcopy(o.state_dict())
                train(p, o, 10)
                cases.append({"x": x, "y": y, "start": start, "before": before, "middle": middle, "state": state,
                              "end": [v.detach().clone() for v in p]})
            torch.save(cases, args[0])
            """;

    private const string GoOn =
        Net
        + """
            ours, theirs = torch.load(args[0]), torch.load(args[1])
            for mine, case, (name, arguments, second) in zip(ours, theirs, eval(args[2])):
                x, y = case["x"], case["y"]
                a, b = shape(mine["state"]), shape(case["state"])
                assert a == b, f"{name} {arguments}:\n{a}\n{b}"
                p = fresh(mine["middle"])
                o = optimizer(p, name, "lr=0.3", "")
                o.load_state_dict(mine["state"])
                train(p, o, 10)
                mine["end"] = [v.detach().clone() for v in p]
            torch.save(ours, args[0])
            """;

    public static MatrixTheoryData<string, string> Cases =>
        new(TorchOracles.Versions.Select(v => v.Data), OptimizerCase.Optimizers.Select(o => o.Data));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_begun_in_PyTorch_goes_on_in_TorchSharp_and_the_reverse(string version, string optimizer)
    {
        TorchOracle oracle = oracles.Get(version);
        using SharedFolder folder = oracle.CreateFolder();
        IReadOnlyList<OptimizerCase> cases = [.. OptimizerCase.All.Where(one => one.Optimizer == optimizer)];
        string list =
            $"[{string.Join(", ", cases.Select(one => $"(\"{one.Optimizer}\", \"{one.Arguments}\", \"{one.SecondGroup}\")"))}]";
        oracle.Run(Begin, folder.ForPython("theirs.pt"), list);
        using var theirs = Checkpoint.Load(folder["theirs.pt"]);

        var ours = new PyList();
        var begun = new List<(SmallNet Net, OptimizerHelper Optimizer)>();
        for (int i = 0; i < cases.Count; i++)
        {
            PyValue checkpoint = theirs.Root[i];
            using (var net = new SmallNet(checkpoint, "middle"))
            {
                using var resumed = net.Optimizer(optimizer);
                resumed.LoadStateDict(checkpoint["state"]);
                net.Train(resumed, 10);
                double distance = net.DistanceTo(checkpoint["end"]);
                Assert.True(
                    distance <= Tolerance(version, optimizer),
                    $"{cases[i]} is off by {distance} after ten steps here"
                );
            }

            var again = new SmallNet(checkpoint, "start");
            OptimizerHelper ownOptimizer = again.Optimizer(optimizer);
            begun.Add((again, ownOptimizer));
            ownOptimizer.LoadStateDict(checkpoint["before"]);
            again.Train(ownOptimizer, 5);
            ours.Add(
                new PyDict
                {
                    ["middle"] = again.ToPython(),
                    ["state"] = ownOptimizer.ToStateDict(new() { Profile = ProfileOf(version) }),
                }
            );
        }

        Checkpoint.Save(folder["ours.pt"], ours);
        oracle.Run(GoOn, folder.ForPython("ours.pt"), folder.ForPython("theirs.pt"), list);
        using var gone = Checkpoint.Load(folder["ours.pt"]);
        for (int i = 0; i < cases.Count; i++)
        {
            (SmallNet net, OptimizerHelper ownOptimizer) = begun[i];
            net.Train(ownOptimizer, 10);
            double distance = net.DistanceTo(gone.Root[i]["end"]);
            ownOptimizer.Dispose();
            net.Dispose();
            Assert.True(
                distance <= Tolerance(version, optimizer),
                $"{cases[i]} is off by {distance} after ten steps in PyTorch"
            );
        }
    }

    [Fact]
    public void RAdam_of_TorchSharp_goes_on_otherwise_as_it_multiplies_by_the_rate_twice()
    {
        TorchOracle oracle = oracles.Get("2.14.1");
        using SharedFolder folder = oracle.CreateFolder();
        oracle.Run(Begin, folder.ForPython("theirs.pt"), """[("RAdam", "lr=0.02", "lr=0.01")]""");
        using var theirs = Checkpoint.Load(folder["theirs.pt"]);
        using var net = new SmallNet(theirs.Root[0], "middle");
        using var resumed = optim.RAdam([
            new RAdam.ParamGroup(net.Parameters.Take(2)),
            new RAdam.ParamGroup(net.Parameters.Skip(2)),
        ]);
        resumed.LoadStateDict(theirs.Root[0]["state"]);
        net.Train(resumed, 10);
        Assert.InRange(net.DistanceTo(theirs.Root[0]["end"]), 1e-3, 1);
    }

    private static WriterProfile ProfileOf(string version) =>
        version switch
        {
            "1.13.1" => WriterProfile.PyTorch113,
            "2.6.0" => WriterProfile.PyTorch21,
            _ => WriterProfile.PyTorch27,
        };
}
