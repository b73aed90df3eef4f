using static TorchSharp.torch;

namespace Pth.Torch.Modules;

/// <summary>
/// The one walk over a module, in PyTorch's order: a module's own parameters in the order of registration, then its own buffers, then its
/// children. A tensor or a module that has two names comes under both. TorchSharp's own lists differ in all of this.
/// </summary>
internal static class ModuleWalk
{
    /// <summary>The module as a tree, its path being empty.</summary>
    public static WalkedModule Tree(nn.Module root)
    {
        ArgumentNullException.ThrowIfNull(root);
        var tree = new WalkedModule("", root);
        Fill(tree);
        return tree;
    }

    /// <summary>Every tensor, those that are not persistent too.</summary>
    public static IEnumerable<ModuleEntry> All(nn.Module root) =>
        Tree(root).SelfAndDescendants().SelectMany(module => module.Entries);

    /// <summary>The tensors of the state dict, in its order.</summary>
    public static IEnumerable<ModuleEntry> State(nn.Module root) => All(root).Where(entry => entry.IsPersistent);

    private static void Fill(WalkedModule walked)
    {
        nn.Module module = walked.Module;
        // A parent does this for its children, save a sequential; and the root has no parent.
        ModuleMembers.Register(module);
        if (HiddenModules.Has(module))
        {
            HiddenModules.Fill(walked, ModuleMembers.Parameters(module));
            return;
        }

        // A module of TorchScript gives the tensors of its children as its own too, which have dots in their names.
        bool hasDotted = module is jit.ScriptModule;
        foreach ((string name, TorchSharp.Modules.Parameter tensor) in ModuleMembers.Parameters(module))
        {
            if (!hasDotted || !name.Contains('.', StringComparison.Ordinal))
            {
                walked.Add(name, ModuleEntryKind.Parameter, tensor);
            }
        }
        foreach ((string name, Tensor tensor, bool isPersistent) in ModuleMembers.Buffers(module))
        {
            if (!hasDotted || !name.Contains('.', StringComparison.Ordinal))
            {
                walked.Add(name, isPersistent ? ModuleEntryKind.Buffer : ModuleEntryKind.NonPersistentBuffer, tensor);
            }
        }
        foreach ((string name, nn.Module child) in ModuleMembers.Children(module))
        {
            var below = new WalkedModule(walked.PathOf(name), child);
            walked.Add(below);
            Fill(below);
        }
    }
}
