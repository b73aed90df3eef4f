using static TorchSharp.torch;

namespace Pth.Torch.Modules;

/// <summary>A tensor of a module, under the name that PyTorch's <c>state_dict()</c> gives it.</summary>
/// <param name="Owner">The module that it belongs to.</param>
/// <param name="LocalName">Its name there: <c>weight</c>.</param>
/// <param name="Kind">What it is to the module.</param>
/// <param name="Tensor">The tensor itself, not a copy; for parameters a <see cref="TorchSharp.Modules.Parameter"/>.</param>
internal sealed record ModuleEntry(WalkedModule Owner, string LocalName, ModuleEntryKind Kind, Tensor Tensor)
{
    /// <summary>The name from the root: <c>features.0.weight</c>.</summary>
    public string Name { get; } = Owner.PathOf(LocalName);

    /// <summary>Whether it is part of the state dict.</summary>
    public bool IsPersistent => Kind != ModuleEntryKind.NonPersistentBuffer;
}
