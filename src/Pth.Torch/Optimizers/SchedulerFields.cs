using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch.optim.lr_scheduler;
using static TorchSharp.torch.optim.lr_scheduler.impl;

namespace Pth.Torch.Optimizers;

/// <summary>
/// The fields of TorchSharp 0.107's schedulers. It shows nothing of them but the last rates, so that these accessors, which the runtime binds without
/// reflection, are the only way to them.
/// </summary>
internal static class SchedulerFields
{
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_optimizer")]
    public static extern ref torch.optim.Optimizer? Optimizer(LRScheduler scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_last_epoch")]
    public static extern ref int LastEpoch(LRScheduler scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_step_count")]
    public static extern ref int StepCount(LRScheduler scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_base_lrs")]
    public static extern ref IList<double> BaseRates(LRScheduler scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_last_lrs")]
    public static extern ref IList<double> LastRates(LRScheduler scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_step_size")]
    public static extern ref int StepSize(StepLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_gamma")]
    public static extern ref double Gamma(StepLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_milestones")]
    public static extern ref IList<int> Milestones(MultiStepLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_sortedMilestones")]
    public static extern ref IList<int> SortedMilestones(MultiStepLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_gamma")]
    public static extern ref double Gamma(MultiStepLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_total_iters")]
    public static extern ref double TotalIterations(PolynomialLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_power")]
    public static extern ref double Power(PolynomialLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_gamma")]
    public static extern ref double Gamma(ExponentialLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_factor")]
    public static extern ref double Factor(ConstantLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_total_iters")]
    public static extern ref int TotalIterations(ConstantLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_start_factor")]
    public static extern ref double StartFactor(LinearLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_end_factor")]
    public static extern ref double EndFactor(LinearLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_total_iters")]
    public static extern ref int TotalIterations(LinearLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_T_max")]
    public static extern ref double Period(CosineAnnealingLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_eta_min")]
    public static extern ref double LeastRate(CosineAnnealingLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_max_lrs")]
    public static extern ref List<double> GreatestRates(CyclicLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_total_size")]
    public static extern ref double TotalSize(CyclicLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_step_ratio")]
    public static extern ref double StepRatio(CyclicLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_mode")]
    public static extern ref CyclicLR.Mode Mode(CyclicLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_gamma")]
    public static extern ref double Gamma(CyclicLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_cycle_momentum")]
    public static extern ref bool CyclesMomentum(CyclicLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_base_momentum")]
    public static extern ref List<double> LeastMomentums(CyclicLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_max_momentum")]
    public static extern ref List<double> GreatestMomentums(CyclicLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_total_steps")]
    public static extern ref int TotalSteps(OneCycleLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_cycle_momentum")]
    public static extern ref bool CyclesMomentum(OneCycleLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_phase_values")]
    public static extern ref Dictionary<string, List<double>> PhaseValues(OneCycleLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "factor")]
    public static extern ref double Factor(ReduceLROnPlateau scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "min_lrs")]
    public static extern ref List<double> LeastRates(ReduceLROnPlateau scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "patience")]
    public static extern ref int Patience(ReduceLROnPlateau scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "cooldown")]
    public static extern ref int Cooldown(ReduceLROnPlateau scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "cooldown_counter")]
    public static extern ref int CooldownCounter(ReduceLROnPlateau scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "mode")]
    public static extern ref string Mode(ReduceLROnPlateau scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "mode_worst")]
    public static extern ref double Worst(ReduceLROnPlateau scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "threshold")]
    public static extern ref double Threshold(ReduceLROnPlateau scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "threshold_mode")]
    public static extern ref string ThresholdMode(ReduceLROnPlateau scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "best")]
    public static extern ref double Best(ReduceLROnPlateau scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "num_bad_epochs")]
    public static extern ref int BadEpochs(ReduceLROnPlateau scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "eps")]
    public static extern ref double LeastChange(ReduceLROnPlateau scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_schedulers")]
    public static extern ref LRScheduler[] Schedulers(SequentialLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_milestones")]
    public static extern ref int[] Milestones(SequentialLR scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_schedulers")]
    public static extern ref IEnumerable<LRScheduler> Schedulers(ChainedLR scheduler);
}
