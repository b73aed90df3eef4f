using Pth.Torch.Saving;
using static TorchSharp.torch;

namespace Pth.Torch;

/// <summary>What PyTorch does with the state of a module.</summary>
public static partial class ModuleExtensions
{
    /// <summary>
    /// The module's tensors as PyTorch's <c>state_dict()</c> gives them: in its order (a module's parameters, its buffers, its children), tied
    /// parameters under all their names on one storage, buffers that are not persistent left out, with <c>_metadata</c>.
    /// </summary>
    /// <remarks>
    /// On the CPU nothing is copied: training goes on in the same memory, and the state dict shows it. Clone the module's tensors, or save,
    /// to keep a moment.
    /// </remarks>
    /// <param name="module">The module.</param>
    /// <param name="storages">What was met before, so that several modules in one file share what they share in memory; null for this one alone.</param>
    /// <exception cref="NotSupportedException">TorchSharp has no name for the element type of a tensor.</exception>
    public static StateDict ToStateDict(this nn.Module module, SharedStorages? storages = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        return StateDictBuilder.Build(module, storages ?? new SharedStorages());
    }

    /// <summary>
    /// Saves the module as <c>torch.save(module.state_dict(), path)</c> does: for the same network, byte for byte. The file appears whole or not at all.
    /// </summary>
    /// <param name="module">The module. Nobody may change it meanwhile.</param>
    /// <param name="path">The file; its name, up to the last dot, becomes the archive's unless the options name it.</param>
    /// <param name="options">How to write; null for the defaults.</param>
    /// <returns>What was written, and how much of it no tensor uses.</returns>
    /// <exception cref="ArgumentException">The file name has nothing before its dot, or the options do not go together.</exception>
    /// <exception cref="InvalidOperationException">A tensor cannot be saved in this format or profile, or two see one storage as different types.</exception>
    /// <exception cref="NotSupportedException">TorchSharp has no name for the element type of a tensor.</exception>
    /// <exception cref="IOException">The file cannot be written; also when the disk is full.</exception>
    public static SaveSummary SaveCheckpoint(this nn.Module module, string path, WriteOptions? options = null)
    {
        SaveSummary summary = Checkpoint.Save(path, module.ToStateDict(), options);
        // What is written is the module's own memory.
        GC.KeepAlive(module);
        return summary;
    }
}
