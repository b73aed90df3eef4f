using TorchSharp.Modules;
using static TorchSharp.torch.optim;

namespace Pth.Torch.Optimizers;

/// <summary>What both schedulers that move momentum do with an optimizer.</summary>
internal static class RateCurves
{
    /// <exception cref="ArgumentException">It has no momentum.</exception>
    public static Optimizer Require(Optimizer optimizer, bool cyclesMomentum)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        return !cyclesMomentum || optimizer.ParamGroups.All(group => group is IMomentum or IBetas)
            ? optimizer
            : throw new ArgumentException(
                $"found {optimizer.GetType().Name}, expected an optimizer with momentum or betas, or no cycling of the momentum",
                nameof(optimizer)
            );
    }

    /// <summary>Sets the momentum of a group; of Adam and its like, the first beta.</summary>
    public static void SetMomentum(ILearningRateController group, double momentum)
    {
        switch (group)
        {
            case IMomentum one:
                one.Momentum = momentum;
                break;
            case IBetas pair:
                pair.Betas = (momentum, pair.Betas.Item2);
                break;
        }
    }
}
