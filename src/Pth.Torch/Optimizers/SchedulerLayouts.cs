using static Pth.Torch.Optimizers.SchedulerEntry;
using static TorchSharp.torch.optim.lr_scheduler.impl;
using Fields = Pth.Torch.Optimizers.SchedulerFields;
using IMomentum = TorchSharp.torch.optim.IMomentum;
using LRScheduler = TorchSharp.torch.optim.lr_scheduler.LRScheduler;

namespace Pth.Torch.Optimizers;

/// <summary>The keys of each kind of scheduler.</summary>
internal static class SchedulerLayouts
{
    /// <exception cref="NotSupportedException">TorchSharp's scheduler follows another curve than PyTorch's, or is none of its own.</exception>
    public static SchedulerLayout Of(LRScheduler scheduler, WriterProfile profile) =>
        scheduler switch
        {
            StepLR s => Plain(
                s,
                profile,
                [Whole("step_size", () => ref Fields.StepSize(s)), Number("gamma", () => ref Fields.Gamma(s))]
            ),
            MultiStepLR s => Plain(s, profile, [Milestones(s), Number("gamma", () => ref Fields.Gamma(s))]),
            ExponentialLR s => Plain(s, profile, [Number("gamma", () => ref Fields.Gamma(s))]),
            ConstantLR s => Plain(
                s,
                profile,
                [
                    Number("factor", () => ref Fields.Factor(s)),
                    Whole("total_iters", () => ref Fields.TotalIterations(s)),
                ]
            ),
            LinearLR s => Plain(
                s,
                profile,
                [
                    Number("start_factor", () => ref Fields.StartFactor(s)),
                    Number("end_factor", () => ref Fields.EndFactor(s)),
                    Whole("total_iters", () => ref Fields.TotalIterations(s)),
                ]
            ),
            PolynomialLR s => Plain(
                s,
                profile,
                [
                    Number("total_iters", () => ref Fields.TotalIterations(s), isInt: true),
                    Number("power", () => ref Fields.Power(s)),
                ]
            ),
            CosineAnnealingLR s => Plain(
                s,
                profile,
                [
                    Number("T_max", () => ref Fields.Period(s), isInt: true),
                    Number("eta_min", () => ref Fields.LeastRate(s)),
                ]
            ),
            LambdaLR or MultiplicativeLR => Plain(scheduler, profile, [], [Lambdas(scheduler)]),
            CyclicLR s => Cyclic(s, profile),
            OneCycleLR s => OneCycle(s, profile),
            ReduceLROnPlateau s => Plateau(s, profile),
            SequentialLR s => new SchedulerLayout(
                "SequentialLR",
                [
                    Same("_milestones", ListOf(Fields.Milestones(s).Select(m => (PyValue)(long)m))),
                    Whole("last_epoch", () => ref Fields.LastEpoch(s)),
                    LastRates(s),
                    Parts(Fields.Schedulers(s), profile),
                ]
            ),
            ChainedLR s => new SchedulerLayout(
                "ChainedScheduler",
                [ChainedRates(s), Parts([.. Fields.Schedulers(s)], profile)]
            ),
            _ => throw new NotSupportedException(
                $"{scheduler.GetType().Name} is no scheduler of TorchSharp whose state PyTorch has."
            ),
        };

    /// <summary>How many groups a scheduler moves.</summary>
    private static int Groups(LRScheduler scheduler) => Fields.BaseRates(scheduler).Count;

    private static string NameOf(LRScheduler scheduler) =>
        scheduler switch
        {
            CyclicRate => nameof(CyclicLR),
            OneCycleRate => nameof(OneCycleLR),
            _ => scheduler.GetType().Name,
        };

    private static SchedulerLayout Plain(
        LRScheduler scheduler,
        WriterProfile profile,
        SchedulerEntry[] own,
        SchedulerEntry[]? behind = null
    ) =>
        new(
            NameOf(scheduler),
            [
                .. own,
                Rates(
                    "base_lrs",
                    Groups(scheduler),
                    () => [.. Fields.BaseRates(scheduler)],
                    rates => Fields.BaseRates(scheduler) = rates
                ),
                Whole("last_epoch", () => ref Fields.LastEpoch(scheduler)),
                .. Verbose(profile),
                Whole("_step_count", () => ref Fields.StepCount(scheduler)),
                .. profile == WriterProfile.PyTorch27 ? (SchedulerEntry[])[Constant("_is_initial", false)] : [],
                Constant("_get_lr_called_within_step", false),
                LastRates(scheduler),
                .. behind ?? [],
            ]
        );

    private static SchedulerEntry[] Verbose(WriterProfile profile) =>
        profile == WriterProfile.PyTorch27 ? [] : [Constant("verbose", false)];

    private static SchedulerEntry LastRates(LRScheduler scheduler) =>
        Rates(
            "_last_lr",
            Groups(scheduler),
            () => [.. Fields.LastRates(scheduler)],
            rates => Fields.LastRates(scheduler) = rates
        );

    // The functions are the program's. PyTorch writes the attributes of those that are objects, which none of ours is.
    private static SchedulerEntry Lambdas(LRScheduler scheduler) =>
        new(
            "lr_lambdas",
            static (value, where) =>
                PyNumbers.ToItems(value, where).All(item => item is PyNone)
                    ? static () => { }
                    : throw new NotSupportedException(
                        $"{where} has the attributes of a Python object, which no .NET function has."
                    ),
            () => ListOf(Enumerable.Repeat<PyValue>(PyNone.Value, Groups(scheduler)))
        );

    private static SchedulerEntry Milestones(MultiStepLR scheduler) =>
        new(
            "milestones",
            (value, where) =>
            {
                List<int> milestones = PyCounter.Read(value, where);
                return () =>
                {
                    Fields.Milestones(scheduler) = milestones;
                    Fields.SortedMilestones(scheduler) = [.. milestones.Order()];
                };
            },
            () => PyCounter.Write(Fields.Milestones(scheduler).Distinct())
        );

    private static SchedulerEntry Parts(LRScheduler[] schedulers, WriterProfile profile) =>
        new(
            "_schedulers",
            (value, where) =>
            {
                IReadOnlyList<PyValue> states = PyNumbers.ToItems(value, where);
                if (states.Count != schedulers.Length)
                {
                    throw new OptimizerStateException(
                        $"{where}: found {states.Count} schedulers, expected {schedulers.Length}."
                    );
                }
                List<Action> changes =
                [
                    .. states.SelectMany(
                        (state, i) =>
                            Of(schedulers[i], profile).Read(state, $"{where}[{i}]", OptimizerLoadOptions.Default)
                    ),
                ];
                return () => changes.ForEach(change => change());
            },
            () => ListOf(schedulers.Select(part => (PyValue)Of(part, profile).Write()))
        );

    // TorchSharp's chain has no rates of its own: PyTorch's are those of its last part.
    private static SchedulerEntry ChainedRates(ChainedLR chain) =>
        new(
            "_last_lr",
            static (_, _) => static () => { },
            () => ListOf(Fields.LastRates(Fields.Schedulers(chain).Last()).Select(rate => (PyValue)rate))
        );

    private static SchedulerLayout Cyclic(CyclicLR s, WriterProfile profile)
    {
        bool cyclesMomentum = Fields.CyclesMomentum(s);
        if (cyclesMomentum && s is not CyclicRate)
        {
            throw new NotSupportedException(
                "CyclicLR with cycle_momentum: TorchSharp raises the momentum where PyTorch lowers it. Make a CyclicRate of Pth.Torch, or one without."
            );
        }
        bool isExponential = Fields.Mode(s) == CyclicLR.Mode.ExpRange;
        if (isExponential && s is not CyclicRate)
        {
            throw new NotSupportedException(
                "CyclicLR in mode exp_range: TorchSharp shrinks the range once a cycle where PyTorch does at each step. Make a CyclicRate of Pth.Torch."
            );
        }
        return Plain(
            s,
            profile,
            [
                Rates("max_lrs", Groups(s), () => Fields.GreatestRates(s), rates => Fields.GreatestRates(s) = rates),
                Number("total_size", () => ref Fields.TotalSize(s)),
                Number("step_ratio", () => ref Fields.StepRatio(s)),
                Same(
                    "mode",
                    isExponential ? "exp_range"
                        : Fields.Mode(s) == CyclicLR.Mode.Triangular ? "triangular"
                        : "triangular2"
                ),
                Number("gamma", () => ref Fields.Gamma(s)),
                Same("scale_mode", isExponential ? "iterations" : "cycle"),
                Same("cycle_momentum", cyclesMomentum),
                .. cyclesMomentum ? Momentums(s, profile) : [],
            ],
            [Same("_scale_fn_custom", PyNone.Value) with { IsRequired = false }]
        );
    }

    private static SchedulerEntry[] Momentums(CyclicLR s, WriterProfile profile) =>
        [
            .. profile == WriterProfile.PyTorch113
                ? (SchedulerEntry[])[]
                : [Constant("use_beta1", Fields.Optimizer(s)!.ParamGroups.First() is not IMomentum)],
            Rates(
                "base_momentums",
                Groups(s),
                () => Fields.LeastMomentums(s),
                values => Fields.LeastMomentums(s) = values
            ),
            Rates(
                "max_momentums",
                Groups(s),
                () => Fields.GreatestMomentums(s),
                values => Fields.GreatestMomentums(s) = values
            ),
        ];

    private static SchedulerLayout OneCycle(OneCycleLR s, WriterProfile profile)
    {
        if (Groups(s) > 1 && s is not OneCycleRate)
        {
            throw new NotSupportedException(
                "OneCycleLR over several groups: TorchSharp stays in the first phase for one of them. Make a OneCycleRate of Pth.Torch."
            );
        }
        return Plain(
            s,
            profile,
            [
                Same("total_steps", (long)Fields.TotalSteps(s)),
                // The phases and the curve are private to TorchSharp; both sides have them from the arguments they were made with.
                Same("cycle_momentum", Fields.CyclesMomentum(s)),
            ]
        );
    }

    private static SchedulerLayout Plateau(ReduceLROnPlateau s, WriterProfile profile) =>
        new(
            "ReduceLROnPlateau",
            [
                Number("factor", () => ref Fields.Factor(s)),
                Rates("min_lrs", Groups(s), () => Fields.LeastRates(s), rates => Fields.LeastRates(s) = rates),
                Whole("patience", () => ref Fields.Patience(s)),
                .. Verbose(profile),
                Whole("cooldown", () => ref Fields.Cooldown(s)),
                Number("eps", () => ref Fields.LeastChange(s)),
                // PyTorch's begins with 0.
                Whole("last_epoch", () => ref Fields.LastEpoch(s), ahead: 1),
                PlateauRates(s),
                Number("mode_worse", () => ref Fields.Worst(s)),
                Text("mode", () => ref Fields.Mode(s)),
                Number("threshold", () => ref Fields.Threshold(s)),
                Text("threshold_mode", () => ref Fields.ThresholdMode(s)),
                Number("best", () => ref Fields.Best(s)),
                Whole("cooldown_counter", () => ref Fields.CooldownCounter(s)),
                Whole("num_bad_epochs", () => ref Fields.BadEpochs(s)),
            ]
        );

    // TorchSharp's does not keep them up to date: the optimizer has them.
    private static SchedulerEntry PlateauRates(ReduceLROnPlateau s) =>
        Rates(
            "_last_lr",
            Groups(s),
            () => [.. Fields.Optimizer(s)!.ParamGroups.Select(group => group.LearningRate)],
            rates => Fields.LastRates(s) = rates
        ) with
        {
            IsRequired = false,
        };
}
