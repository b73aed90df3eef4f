using Pth.Errors;
using Pth.StateDicts;

namespace Pth;

/// <summary>A network as a tree of modules, as PyTorch prints one, made of the names and shapes in a state dict or of a whole pickled module.</summary>
/// <remarks>
/// A state dict does not say which classes its modules have. What is shown is what names, shapes and metadata tell; where they allow
/// two answers both are given, and hyper-parameters that leave no trace (stride, padding) are left out.
/// </remarks>
public sealed class ModuleTree
{
    internal ModuleTree(ModuleNode root) => Root = root;

    /// <summary>The network.</summary>
    public ModuleNode Root { get; }

    /// <summary>Makes the tree of a state dict.</summary>
    public static ModuleTree FromStateDict(StateDict state) =>
        new(new ModuleTreeBuilder().Build(state, state.Metadata));

    /// <summary>Makes the tree of what is at a place in a checkpoint: of the classes themselves where it is a whole pickled module.</summary>
    /// <exception cref="CheckpointException">The modules are nested deeper, or are more, than can be shown.</exception>
    public static ModuleTree FromLocation(StateDictLocation location) =>
        location.IsModule ? FromModule(location.Value) : FromStateDict(location.Read());

    /// <summary>The tree as lines of text.</summary>
    public IReadOnlyList<ModuleTreeLine> Render(ModuleTreeOptions? options = null) =>
        new ModuleTreeRenderer(options ?? new ModuleTreeOptions()).Render(Root);

    internal static ModuleTree FromModule(PyValue module) =>
        new(new PickledModuleReader(default(ErrorLocation)).Read(module));
}
