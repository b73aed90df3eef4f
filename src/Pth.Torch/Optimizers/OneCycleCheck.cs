using TorchSharp.Modules;
using static TorchSharp.torch.optim;
using OneCycleLR = TorchSharp.torch.optim.lr_scheduler.impl.OneCycleLR;

namespace Pth.Torch.Optimizers;

/// <summary>Whether a OneCycleLR was made with the arguments of the one that was saved, which TorchSharp does not show: asks for its rate.</summary>
internal static class OneCycleCheck
{
    private const double Tolerance = 1e-9;

    /// <exception cref="NotSupportedException">At the saved epoch its rate is another.</exception>
    public static void ThrowIfOther(OneCycleLR scheduler, PyValue state)
    {
        int epoch = checked((int)PyNumbers.ToInt64(state["last_epoch"], "last_epoch"));
        double saved = PyNumbers.ToDouble(PyNumbers.ToItems(state["_last_lr"], "_last_lr")[0], "_last_lr");
        double own = RateAt(scheduler, epoch);
        if (Math.Abs(own - saved) > Tolerance * Math.Abs(saved))
        {
            throw new NotSupportedException(
                $"At epoch {epoch} the saved OneCycleLR has the learning rate {saved}, this one {own}: it was made with other arguments."
            );
        }
    }

    // TorchSharp works the rate out only together with a step, all of which is then undone.
    private static double RateAt(OneCycleLR scheduler, int epoch)
    {
        ILearningRateController group = SchedulerFields.Optimizer(scheduler)!.ParamGroups.Single();
        (int lastEpoch, int steps) = (SchedulerFields.LastEpoch(scheduler), SchedulerFields.StepCount(scheduler));
        (double rate, double lastRate) = (group.LearningRate, SchedulerFields.LastRates(scheduler)[0]);
        double? momentum = (group as IMomentum)?.Momentum;
        (double, double)? betas = (group as IBetas)?.Betas;
        try
        {
            scheduler.step(epoch);
            return group.LearningRate;
        }
        finally
        {
            group.LearningRate = rate;
            SchedulerFields.LastRates(scheduler)[0] = lastRate;
            (SchedulerFields.LastEpoch(scheduler), SchedulerFields.StepCount(scheduler)) = (lastEpoch, steps);
            if (momentum is { } value)
            {
                ((IMomentum)group).Momentum = value;
            }
            if (betas is { } pair)
            {
                ((IBetas)group).Betas = pair;
            }
        }
    }
}
