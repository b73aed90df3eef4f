using Pth.Torch.Loading;
using TorchSharp;

namespace Pth.Torch;

/// <summary>What PyTorch's modules can and TorchSharp's cannot.</summary>
public static partial class ModuleExtensions
{
    /// <summary>Loads a state dict as PyTorch's <c>module.load_state_dict</c> does, with its rules, its messages and its result.</summary>
    /// <remarks>
    /// Elements go straight from the file into the module's memory, on all cores, converted to the element type that the module has. Nothing is
    /// broadcast, and <c>requires_grad</c> stays as the module has it. Where anything is against it, the checksums of the file included, nothing is
    /// changed; only a fault of the disk or a cancellation in the middle leaves some tensors new and some old.
    /// </remarks>
    /// <param name="module">The module.</param>
    /// <param name="state">Its tensors by name. The checkpoint that they are of must be open.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <returns>The names that had no counterpart, none where <see cref="LoadStateDictOptions.Strict"/>.</returns>
    /// <exception cref="LoadStateDictException">It does not fit: the message is PyTorch's, and hints.</exception>
    /// <exception cref="ArgumentException">A name to skip is nowhere.</exception>
    /// <exception cref="InvalidOperationException">The renaming would give two tensors one name.</exception>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.ChecksumMismatch"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="DllNotFoundException">TorchSharp's native libraries do not load.</exception>
    public static LoadResult LoadStateDict(
        this torch.nn.Module module,
        StateDict state,
        LoadStateDictOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(state);
        TorchRuntime.EnsureLoaded();
        return StateDictLoader.Load(module, state, options ?? LoadStateDictOptions.Default);
    }

    /// <summary>
    /// Opens a file of any format that Pth reads, finds the state dict in it (<see cref="Checkpoint.StateDict"/>) and loads it, as
    /// <see cref="LoadStateDict"/>.
    /// </summary>
    /// <param name="module">The module.</param>
    /// <param name="path">The file, or the folder or index of a sharded one.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <returns>The names that had no counterpart.</returns>
    /// <exception cref="LoadStateDictException">It does not fit.</exception>
    /// <exception cref="ArgumentException">A name to skip is nowhere.</exception>
    /// <exception cref="CheckpointException">The content is not what its format says, or there is no state dict in it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="DllNotFoundException">TorchSharp's native libraries do not load.</exception>
    public static LoadResult LoadCheckpoint(
        this torch.nn.Module module,
        string path,
        LoadStateDictOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(module);
        TorchRuntime.EnsureLoaded();
        options ??= LoadStateDictOptions.Default;
        using var checkpoint = Checkpoint.Open(path, options.Read);
        return module.LoadStateDict(checkpoint.StateDict, options);
    }
}
