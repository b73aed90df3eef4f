using static TorchSharp.torch.optim.lr_scheduler;

namespace Pth.Torch.Optimizers;

/// <summary>Keys that others than the optimizer put into a group, and that change none of its steps.</summary>
internal static class GroupExtras
{
    /// <summary>
    /// Whether a group can be loaded without the key: the names of the parameters (PyTorch 2.6 and later), and what OneCycleLR and CyclicLR
    /// of PyTorch leave there for themselves. TorchSharp's keep the same in themselves.
    /// </summary>
    public static bool AreHarmless(string name) =>
        name is "param_names" or "max_lr" or "min_lr" or "max_momentum" or "base_momentum" or "swa_lr";

    /// <summary>What PyTorch's scheduler reads from a group.</summary>
    public static void Add(PyDict group, LRScheduler? scheduler, int index)
    {
        if (scheduler is not impl.OneCycleLR cycle)
        {
            return;
        }
        // initial_lr, max_lr, min_lr and, where it moves the momentum, max_momentum and base_momentum.
        foreach ((string name, List<double> values) in SchedulerFields.PhaseValues(cycle))
        {
            group[name] = values[index];
        }
    }
}
