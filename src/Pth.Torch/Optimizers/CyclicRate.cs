using Pth.Torch.Optimizers;
using TorchSharp.Modules;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler.impl;

namespace Pth.Torch;

/// <summary>
/// CyclicLR along PyTorch's curve. TorchSharp's own raises the momentum where PyTorch lowers it, and in mode <c>exp_range</c> shrinks the range once a
/// cycle where PyTorch does at each step.
/// </summary>
/// <remarks>
/// State and fields are those of TorchSharp's CyclicLR, so that it loads and is loaded as that. Source of the curve: PyTorch's documentation of
/// <c>torch.optim.lr_scheduler.CyclicLR</c> and its rates from 1.13.1 to 2.14.1, with which tests compare.
/// </remarks>
public sealed class CyclicRate : CyclicLR
{
    /// <summary>Makes one, and sets the rates of the first step.</summary>
    /// <param name="optimizer">Whose rates it moves.</param>
    /// <param name="baseRate">The least rate, of every group.</param>
    /// <param name="maxRate">The greatest rate of the first cycle, of every group.</param>
    /// <param name="stepsUp">How many steps a cycle rises.</param>
    /// <param name="stepsDown">How many steps it falls; -1 for as many.</param>
    /// <param name="mode">How the cycles shrink.</param>
    /// <param name="gamma">By how much at each step, in mode <c>ExpRange</c>.</param>
    /// <param name="cyclesMomentum">Whether the momentum (of Adam and its like the first beta) falls where the rate rises.</param>
    /// <param name="baseMomentum">The least momentum.</param>
    /// <param name="maxMomentum">The greatest momentum.</param>
    /// <exception cref="ArgumentException"><paramref name="cyclesMomentum"/> with an optimizer that has no momentum.</exception>
    public CyclicRate(
        Optimizer optimizer,
        double baseRate,
        double maxRate,
        int stepsUp = 2000,
        int stepsDown = -1,
        Mode mode = Mode.Triangular,
        double gamma = 1,
        bool cyclesMomentum = true,
        double baseMomentum = 0.8,
        double maxMomentum = 0.9
    )
        // TorchSharp cycles the momentum of no optimizer with betas: it is done here for all.
        : base(
            RateCurves.Require(optimizer, cyclesMomentum),
            baseRate,
            maxRate,
            stepsUp,
            stepsDown,
            mode,
            gamma,
            scale_fn: null,
            mode == Mode.ExpRange ? ScaleMode.Iterations : ScaleMode.Cycle,
            cycle_momentum: false
        )
    {
        if (cyclesMomentum)
        {
            int groups = optimizer.ParamGroups.Count();
            SchedulerFields.CyclesMomentum(this) = true;
            SchedulerFields.LeastMomentums(this) = [.. Enumerable.Repeat(baseMomentum, groups)];
            SchedulerFields.GreatestMomentums(this) = [.. Enumerable.Repeat(maxMomentum, groups)];
            foreach (ILearningRateController group in optimizer.ParamGroups)
            {
                RateCurves.SetMomentum(group, maxMomentum);
            }
        }
    }

    /// <summary>The rates of the step that has come; sets the momentum too.</summary>
    protected override IEnumerable<double> get_lr()
    {
        int epoch = SchedulerFields.LastEpoch(this);
        double cycles = (double)epoch / SchedulerFields.TotalSize(this);
        double cycle = Math.Floor(1 + cycles);
        double place = 1 + cycles - cycle;
        double ratio = SchedulerFields.StepRatio(this);
        double height =
            (place <= ratio ? place / ratio : (place - 1) / (ratio - 1))
            * SchedulerFields.Mode(this) switch
            {
                Mode.Triangular2 => Math.Pow(2, 1 - cycle),
                Mode.ExpRange => Math.Pow(SchedulerFields.Gamma(this), epoch),
                _ => 1,
            };
        if (SchedulerFields.CyclesMomentum(this))
        {
            int i = 0;
            foreach (ILearningRateController group in SchedulerFields.Optimizer(this)!.ParamGroups)
            {
                double greatest = SchedulerFields.GreatestMomentums(this)[i];
                double least = SchedulerFields.LeastMomentums(this)[i++];
                RateCurves.SetMomentum(group, greatest - ((greatest - least) * height));
            }
        }
        return
        [
            .. SchedulerFields
                .BaseRates(this)
                .Zip(SchedulerFields.GreatestRates(this), (least, greatest) => least + ((greatest - least) * height)),
        ];
    }
}
