using Pth.Torch.Modules;
using TorchSharp.Modules;

namespace Pth.Torch.Saving;

/// <summary>The numbers in a state dict's <c>_metadata</c>, by which PyTorch knows the layout that a module was saved in.</summary>
/// <remarks>
/// Source: <c>_version</c> of the classes in <c>torch/nn/modules</c>. In 1.13, 2.6 and 2.14 one class has another than 1: <c>_NormBase</c>, from
/// which the batch and instance norms come and which counts its batches since 2.
/// </remarks>
internal static class ModuleVersions
{
    private const int First = 1;
    private const int CountsBatches = 2;

    // No class of TorchSharp's own: that of data parallel training, or a user's by the same name.
    private const string Synchronized = "SyncBatchNorm";

    public static int Of(WalkedModule module) =>
        module.HiddenClass is null && (module.Module is NormBase || module.Module.GetType().Name == Synchronized)
            ? CountsBatches
            : First;
}
