using Pth.Tests.Oracles;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace Pth.Torch.Tests.Optimizers;

/// <summary>A learning-rate curve that begins in PyTorch goes on in TorchSharp, and the reverse.</summary>
[Trait("Category", "Live")]
public sealed class LiveSchedulerTests(TorchOracles oracles)
{
    private const string Curves = """
        import math
        S = torch.optim.lr_scheduler
        def begin(case):
            p = [torch.nn.Parameter(torch.ones(1)), torch.nn.Parameter(torch.ones(1))]
            groups = [{"params": p}] if "max_lr=1.0" in case else [{"params": p[:1]}, {"params": p[1:], "lr": 0.05}]
            o = torch.optim.SGD(groups, lr=0.1, momentum=0.9)
            return o, eval(case)
        def go(o, s, first, last):
            rates = []
            for i in range(first, last):
                o.step()
                # A loss that stands still from the third epoch on.
                s.step(max(1 - i / 10, 0.8)) if isinstance(s, S.ReduceLROnPlateau) else s.step()
                rates.append([[g["lr"], g["momentum"]] for g in o.param_groups])
            return rates
        def clean(state):
            # What PyTorch 1.13 cannot save.
            return {k: v for k, v in state.items() if k not in ("anneal_func", "_scale_fn_ref")}

        """;

    private const string Begin =
        Curves
        + """
            o, s = begin(args[1])
            start = o.state_dict()
            go(o, s, 0, 4)
            import copy
            saved = {"optimizer": copy.deepcopy(o.state_dict()), "scheduler": copy.deepcopy(clean(s.state_dict()))}
            torch.save(dict(saved, rates=go(o, s, 4, 14)), args[0])
            """;

    private const string GoOn =
        Curves
        + """
            ours = torch.load(args[0])
            o, s = begin(args[1])
            keys = clean(s.state_dict()).keys() - {"_schedule_phases", "_anneal_func_type", "default_min_lr", "use_beta1"}
            assert keys <= ours["scheduler"].keys(), (keys, ours["scheduler"].keys())
            o.load_state_dict(ours["optimizer"])
            s.load_state_dict(ours["scheduler"])
            torch.save(go(o, s, 4, 14), args[0])
            """;

    public static MatrixTheoryData<string, string> Cases =>
        new(
            TorchOracles.Versions.Select(version => version.Data),
            [
                "S.StepLR(o, 3, gamma=0.5)",
                "S.MultiStepLR(o, [2, 6, 9], gamma=0.3)",
                "S.ExponentialLR(o, 0.9)",
                "S.ConstantLR(o, 0.25, total_iters=6)",
                "S.LinearLR(o, 0.25, total_iters=8)",
                "S.PolynomialLR(o, total_iters=8, power=2.0)",
                "S.CosineAnnealingLR(o, 6, eta_min=0.01)",
                "S.LambdaLR(o, lambda epoch: 0.9 ** epoch)",
                "S.MultiplicativeLR(o, lambda epoch: 0.8)",
                "S.OneCycleLR(o, max_lr=1.0, total_steps=16)",
                "S.CyclicLR(o, 0.01, 0.2, step_size_up=3, step_size_down=4, mode='triangular2', cycle_momentum=False)",
                // What TorchSharp's own go otherwise.
                "S.CyclicLR(o, 0.01, 0.2, step_size_up=3, base_momentum=0.7)",
                "S.CyclicLR(o, 0.01, 0.2, 3, 4, mode='triangular2', base_momentum=0.7)",
                "S.CyclicLR(o, 0.01, 0.2, 3, 4, mode='exp_range', gamma=0.5, base_momentum=0.7)",
                "S.OneCycleLR(o, max_lr=[1.0, 0.5], total_steps=16)",
                "S.OneCycleLR(o, max_lr=[1.0, 0.5], total_steps=20, three_phase=True, anneal_strategy='linear', pct_start=0.4)",
                "S.ReduceLROnPlateau(o, factor=0.5, patience=1, cooldown=1, min_lr=0.02)",
                "S.SequentialLR(o, [S.ConstantLR(o, 0.1, 2), S.ExponentialLR(o, 0.9)], [7])",
                // PyTorch 1.13's name is that of today.
                "S.ChainedScheduler([S.ConstantLR(o, 0.1, 6), S.ExponentialLR(o, 0.9)])",
            ]
        );

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_curve_begun_in_PyTorch_goes_on_in_TorchSharp_and_the_reverse(string version, string call)
    {
        TorchOracle oracle = oracles.Get(version);
        using SharedFolder folder = oracle.CreateFolder();
        oracle.Run(Begin, folder.ForPython("theirs.pt"), call);
        using var theirs = Checkpoint.Load(folder["theirs.pt"]);

        using (SGD resumed = Optimizer(call))
        {
            // With other arguments, which those of the file replace.
            lr_scheduler.LRScheduler scheduler = Make(call, resumed, isOther: true);
            resumed.LoadStateDict(theirs.Root["optimizer"]);
            scheduler.LoadStateDict(theirs.Root["scheduler"]);
            AssertSame(theirs.Root["rates"], Go(resumed, scheduler, 4, 14));
        }

        using SGD begun = Optimizer(call);
        lr_scheduler.LRScheduler ours = Make(call, begun, isOther: false);
        Go(begun, ours, 0, 4);
        var options = new OptimizerSaveOptions
        {
            Profile = version switch
            {
                "1.13.1" => WriterProfile.PyTorch113,
                "2.6.0" => WriterProfile.PyTorch21,
                _ => WriterProfile.PyTorch27,
            },
            Scheduler = ours,
        };
        Checkpoint.Save(
            folder["ours.pt"],
            new PyDict { ["optimizer"] = begun.ToStateDict(options), ["scheduler"] = ours.ToStateDict(options) }
        );
        oracle.Run(GoOn, folder.ForPython("ours.pt"), call);
        using var gone = Checkpoint.Load(folder["ours.pt"]);
        AssertSame(gone.Root, Go(begun, ours, 4, 14));
    }

    /// <summary>Where TorchSharp's scheduler has another curve than PyTorch's, neither direction is offered.</summary>
    [Theory]
    [InlineData("S.CyclicLR(o, 0.01, 0.2, step_size_up=3)")]
    [InlineData("S.CyclicLR(o, 0.01, 0.2, step_size_up=3, mode='exp_range', gamma=0.5, cycle_momentum=False)")]
    [InlineData("S.OneCycleLR(o2, max_lr=1.0, total_steps=16)")]
    public void A_curve_that_TorchSharp_follows_otherwise_is_refused(string call)
    {
        TorchOracle oracle = oracles.Get("2.14.1");
        using SharedFolder folder = oracle.CreateFolder();
        oracle.Run(
            Curves
                + """
                o2 = torch.optim.SGD([{"params": [torch.nn.Parameter(torch.ones(1))]}, {"params": [torch.nn.Parameter(torch.ones(1))], "lr": 0.05}], lr=0.1, momentum=0.9)
                o, s = begin(args[1].replace("o2", "o")) if "OneCycle" not in args[1] else (o2, eval(args[1]))
                torch.save({"rates": go(o, s, 0, 15), "scheduler": clean(s.state_dict())}, args[0])
                """,
            folder.ForPython("theirs.pt"),
            call
        );
        using var theirs = Checkpoint.Load(folder["theirs.pt"]);
        using SGD optimizer = Optimizer("");
        lr_scheduler.LRScheduler scheduler = call switch
        {
            _ when call.Contains("OneCycle", StringComparison.Ordinal) => lr_scheduler.OneCycleLR(
                optimizer,
                1.0,
                total_steps: 16
            ),
            _ when call.Contains("exp", StringComparison.Ordinal) => lr_scheduler.CyclicLR(
                optimizer,
                0.01,
                0.2,
                3,
                mode: lr_scheduler.impl.CyclicLR.Mode.ExpRange,
                gamma: 0.5,
                cycle_momentum: false
            ),
            _ => lr_scheduler.CyclicLR(optimizer, 0.01, 0.2, 3),
        };
        foreach (
            Action refused in new Action[]
            {
                () => scheduler.ToStateDict(),
                () => scheduler.LoadStateDict(theirs.Root["scheduler"]),
            }
        )
        {
            Assert.Contains(
                call.Contains("OneCycle", StringComparison.Ordinal) ? "Make a OneCycleRate" : "Make a CyclicRate",
                Assert.Throws<NotSupportedException>(refused).Message,
                StringComparison.Ordinal
            );
        }
        List<double[]> own = Go(optimizer, scheduler, 0, 15);
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => AssertSame(theirs.Root["rates"], own));
    }

    private static SGD Optimizer(string call)
    {
        var first = new Parameter(ones(1));
        var second = new Parameter(ones(1));
        return call.Contains("max_lr=1.0", StringComparison.Ordinal)
            ? optim.SGD([first, second], 0.1, momentum: 0.9)
            : optim.SGD([new SGD.ParamGroup([first], 0.1, 0.9), new SGD.ParamGroup([second], 0.05, 0.9)], 0.1);
    }

    private static lr_scheduler.LRScheduler Make(string call, SGD o, bool isOther) =>
        call.Split('(')[0] switch
        {
            "S.StepLR" => isOther ? lr_scheduler.StepLR(o, 5) : lr_scheduler.StepLR(o, 3, 0.5),
            "S.MultiStepLR" => isOther ? lr_scheduler.MultiStepLR(o, [1]) : lr_scheduler.MultiStepLR(o, [2, 6, 9], 0.3),
            "S.ExponentialLR" => lr_scheduler.ExponentialLR(o, isOther ? 0.1 : 0.9),
            "S.ConstantLR" => isOther ? lr_scheduler.ConstantLR(o) : lr_scheduler.ConstantLR(o, 0.25, 6),
            "S.LinearLR" => isOther ? lr_scheduler.LinearLR(o) : lr_scheduler.LinearLR(o, 0.25, total_iters: 8),
            "S.PolynomialLR" => isOther ? lr_scheduler.PolynomialLR(o) : lr_scheduler.PolynomialLR(o, 8, 2),
            "S.CosineAnnealingLR" => isOther
                ? lr_scheduler.CosineAnnealingLR(o, 3)
                : lr_scheduler.CosineAnnealingLR(o, 6, 0.01),
            "S.LambdaLR" => lr_scheduler.LambdaLR(o, epoch => Math.Pow(0.9, epoch)),
            "S.MultiplicativeLR" => lr_scheduler.MultiplicativeLR(o, _ => 0.8),
            "S.OneCycleLR" when call.Contains("three_phase", StringComparison.Ordinal) => new OneCycleRate(
                o,
                [1.0, 0.5],
                20,
                0.4,
                lr_scheduler.impl.OneCycleLR.AnnealStrategy.Linear,
                threePhase: true
            ),
            "S.OneCycleLR" when call.Contains('[', StringComparison.Ordinal) => new OneCycleRate(o, [1.0, 0.5], 16),
            "S.OneCycleLR" => lr_scheduler.OneCycleLR(o, 1.0, total_steps: 16),
            "S.CyclicLR" when call.Contains("base_momentum", StringComparison.Ordinal) => new CyclicRate(
                o,
                0.01,
                isOther ? 0.3 : 0.2,
                isOther ? 5 : 3,
                call.Contains("3, 4", StringComparison.Ordinal) ? 4 : -1,
                call.Contains("exp_range", StringComparison.Ordinal) ? lr_scheduler.impl.CyclicLR.Mode.ExpRange
                    : call.Contains("triangular2", StringComparison.Ordinal)
                        ? lr_scheduler.impl.CyclicLR.Mode.Triangular2
                    : lr_scheduler.impl.CyclicLR.Mode.Triangular,
                gamma: call.Contains("gamma", StringComparison.Ordinal) && !isOther ? 0.5 : 1,
                baseMomentum: isOther ? 0.6 : 0.7
            ),
            "S.CyclicLR" => lr_scheduler.CyclicLR(
                o,
                0.01,
                isOther ? 0.3 : 0.2,
                step_size_up: isOther ? 5 : 3,
                step_size_down: 4,
                mode: lr_scheduler.impl.CyclicLR.Mode.Triangular2,
                cycle_momentum: false
            ),
            "S.ReduceLROnPlateau" => isOther
                ? lr_scheduler.ReduceLROnPlateau(o, "max")
                : lr_scheduler.ReduceLROnPlateau(o, factor: 0.5, patience: 1, cooldown: 1, min_lr: [0.02]),
            "S.SequentialLR" => lr_scheduler.SequentialLR(
                o,
                [lr_scheduler.ConstantLR(o, 0.1, 2), lr_scheduler.ExponentialLR(o, isOther ? 0.5 : 0.9)],
                [7]
            ),
            _ => lr_scheduler.ChainedLR([
                lr_scheduler.ConstantLR(o, 0.1, 6),
                lr_scheduler.ExponentialLR(o, isOther ? 0.5 : 0.9),
            ]),
        };

    private static List<double[]> Go(SGD optimizer, lr_scheduler.LRScheduler scheduler, int first, int last)
    {
        var rates = new List<double[]>();
        for (int i = first; i < last; i++)
        {
            if (scheduler is lr_scheduler.impl.ReduceLROnPlateau plateau)
            {
                plateau.step(Math.Max(1 - i / 10.0, 0.8));
            }
            else
            {
                scheduler.step();
            }
            rates.Add([
                .. optimizer.ParamGroups.SelectMany(group => new[] { group.LearningRate, ((IMomentum)group).Momentum }),
            ]);
        }
        return rates;
    }

    private static void AssertSame(PyValue expected, List<double[]> found)
    {
        for (int i = 0; i < found.Count; i++)
        {
            double[] row = [.. expected[i].As<PyList>().SelectMany(group => group.As<PyList>()).Select(Number)];
            Assert.Equal(row.Length, found[i].Length);
            for (int j = 0; j < row.Length; j++)
            {
                Assert.True(
                    Math.Abs(row[j] - found[i][j]) <= 1e-12,
                    $"step {i}: PyTorch {string.Join(' ', row)}, here {string.Join(' ', found[i])}"
                );
            }
        }
    }

    private static double Number(PyValue value) =>
        value is PyInt whole ? (double)whole.Value : value.As<PyFloat>().Value;
}
