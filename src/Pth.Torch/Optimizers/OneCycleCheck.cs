using TorchSharp.Modules;
using static TorchSharp.torch.optim;
using OneCycleLR = TorchSharp.torch.optim.lr_scheduler.impl.OneCycleLR;

namespace Pth.Torch.Optimizers;

/// <summary>Whether a OneCycleLR was made with the arguments of the one that was saved, which TorchSharp does not show: asks for its rate.</summary>
internal static class OneCycleCheck
{
    private const double Tolerance = 1e-9;

    /// <exception cref="NotSupportedException">At the saved epoch a rate is another.</exception>
    public static void ThrowIfOther(OneCycleLR scheduler, PyValue state)
    {
        int epoch = checked((int)PyNumbers.ToInt64(state["last_epoch"], "last_epoch"));
        List<double> saved =
        [
            .. PyNumbers.ToItems(state["_last_lr"], "_last_lr").Select(rate => PyNumbers.ToDouble(rate, "_last_lr")),
        ];
        foreach ((double there, double here) in saved.Zip(RatesAt(scheduler, epoch)))
        {
            if (Math.Abs(here - there) > Tolerance * Math.Abs(there))
            {
                throw new NotSupportedException(
                    $"At epoch {epoch} the saved OneCycleLR has the learning rate {there}, this one {here}: it was made with other arguments."
                );
            }
        }
    }

    // TorchSharp works the rates out only together with a step, all of which is then undone.
    private static List<double> RatesAt(OneCycleLR scheduler, int epoch)
    {
        (int lastEpoch, int steps) = (SchedulerFields.LastEpoch(scheduler), SchedulerFields.StepCount(scheduler));
        IList<double> lastRates = SchedulerFields.LastRates(scheduler);
        double[] lastValues = [.. lastRates];
        List<Action> undo =
        [
            .. SchedulerFields.Optimizer(scheduler)!.ParamGroups.Select(Remember),
            () =>
            {
                for (int i = 0; i < lastValues.Length; i++)
                {
                    lastRates[i] = lastValues[i];
                }
                SchedulerFields.LastRates(scheduler) = lastRates;
                (SchedulerFields.LastEpoch(scheduler), SchedulerFields.StepCount(scheduler)) = (lastEpoch, steps);
            },
        ];
        try
        {
            scheduler.step(epoch);
            return [.. SchedulerFields.Optimizer(scheduler)!.ParamGroups.Select(group => group.LearningRate)];
        }
        finally
        {
            undo.ForEach(action => action());
        }
    }

    private static Action Remember(ILearningRateController group)
    {
        double rate = group.LearningRate;
        double? momentum = (group as IMomentum)?.Momentum;
        (double, double)? betas = (group as IBetas)?.Betas;
        return () =>
        {
            group.LearningRate = rate;
            if (momentum is { } value)
            {
                ((IMomentum)group).Momentum = value;
            }
            if (betas is { } pair)
            {
                ((IBetas)group).Betas = pair;
            }
        };
    }
}
