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
}
