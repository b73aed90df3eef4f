namespace Pth.Torch.Modules;

/// <summary>What a tensor is to the module that has it.</summary>
internal enum ModuleEntryKind
{
    /// <summary>Learnt by an optimizer.</summary>
    Parameter,

    /// <summary>Part of the state dict, and not learnt: the running mean of a batch norm.</summary>
    Buffer,

    /// <summary>A buffer that is no part of the state dict (<c>persistent: false</c>).</summary>
    NonPersistentBuffer,
}
