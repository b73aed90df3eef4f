using Pth.Torch.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Saving;

/// <summary>Makes what PyTorch's <c>state_dict()</c> gives.</summary>
internal static class StateDictBuilder
{
    public static StateDict Build(nn.Module root, SharedStorages storages)
    {
        var metadata = new PyDict { IsOrdered = true };
        var state = new StateDict { Metadata = metadata };
        foreach (WalkedModule module in ModuleWalk.Tree(root).SelfAndDescendants())
        {
            metadata.Add(
                PythonStrings.OfPath(module.Path),
                new PyDict { { PythonStrings.Version, ModuleVersions.Of(module) } }
            );
            foreach (ModuleEntry entry in module.Entries.Where(entry => entry.IsPersistent))
            {
                // PyTorch detaches each: tied parameters are two tensors on one storage, and neither is a parameter or asks for gradients.
                TensorView view = entry.Tensor.ToTensorView(storages);
                state.Add(entry.Name, new TensorView(view) { RequiresGrad = false, IsParameter = false });
            }
        }
        return state;
    }
}
