using Pth.Torch.Modules;
using Pth.Torch.Seeing;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Pth.Torch;

public static partial class ModuleExtensions
{
    /// <summary>The module as PyTorch's <c>print(net)</c> prints it, with <c>\n</c> between its lines and none at the end.</summary>
    /// <remarks>
    /// The name of a class is the .NET one, or what <see cref="PythonClassAttribute"/> says; its text is its <see cref="IExtraRepr"/>.
    /// TorchSharp does not keep whether <c>2</c> or <c>(2, 2)</c> was given where PyTorch takes both: one number is printed. What it
    /// cannot tell at all is a question mark (<see cref="UnknownArguments"/>).
    /// </remarks>
    /// <param name="module">Any module.</param>
    /// <param name="options">Which PyTorch prints it, and how much is folded.</param>
    /// <exception cref="DllNotFoundException">TorchSharp's native libraries do not load.</exception>
    public static string Repr(this Module module, ReprOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        TorchRuntime.EnsureLoaded();
        return new ModuleRepr(options ?? new ReprOptions()).Of(ModuleWalk.Tree(module));
    }

    /// <summary>
    /// The module as <see cref="Repr"/> prints it, and beside each layer its tensors with their shapes and what the checkpoint has for them:
    /// whether it matches, is missing, has another shape or is not used. Wrapper prefixes such as <c>module.</c> are left off on both
    /// sides, and named. Nothing is loaded.
    /// </summary>
    /// <param name="module">Any module.</param>
    /// <param name="checkpoint">An open checkpoint. Its state dict is found as <see cref="Checkpoint.StateDict"/> does.</param>
    /// <param name="options">How the layers are printed. Nothing is folded.</param>
    /// <exception cref="CheckpointException">The checkpoint holds no state dict.</exception>
    /// <exception cref="DllNotFoundException">TorchSharp's native libraries do not load.</exception>
    public static Dissection Dissect(this Module module, Checkpoint checkpoint, ReprOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return module.Dissect(checkpoint.StateDict, options);
    }

    /// <summary>The same with a state dict.</summary>
    /// <param name="module">Any module.</param>
    /// <param name="state">What might be loaded into it.</param>
    /// <param name="options">How the layers are printed. Nothing is folded.</param>
    /// <exception cref="DllNotFoundException">TorchSharp's native libraries do not load.</exception>
    public static Dissection Dissect(this Module module, StateDict state, ReprOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(state);
        TorchRuntime.EnsureLoaded();
        return new Dissector(ModuleWalk.Tree(module), state, options ?? new ReprOptions()).Run();
    }

    /// <summary>
    /// Runs the module once on zeros, without gradients and in evaluation mode, and gives for each layer its output shape, parameters and
    /// multiply-adds, with the sums and an estimate of memory, as torchinfo does for PyTorch. The module is left as it was.
    /// </summary>
    /// <param name="module">A module that takes one tensor and gives one.</param>
    /// <param name="inputShape">The input's shape with its batch: <c>[1, 3, 224, 224]</c>.</param>
    /// <param name="dtype">The input's element type; <see cref="TorchSharp.torch.ScalarType.Int64"/> for an embedding.</param>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">The module does not take such an input.</exception>
    /// <exception cref="DllNotFoundException">TorchSharp's native libraries do not load.</exception>
    public static ModuleSummary Summary(
        this Module<Tensor, Tensor> module,
        ReadOnlySpan<long> inputShape,
        ScalarType dtype = ScalarType.Float32
    )
    {
        ArgumentNullException.ThrowIfNull(module);
        TorchRuntime.EnsureLoaded();
        return Summarizer.Run(module, inputShape, dtype);
    }

    /// <summary>
    /// The same for a module with other inputs or results: several tensors, the state of a recurrent layer. The program calls it itself:
    /// <c>net.Summary(() => net.call(question, answer), question, answer)</c>.
    /// </summary>
    /// <remarks>
    /// Seen are modules of one to three tensors that give one to three, and recurrent layers. Of others the output is not known, and of those of them that
    /// have parameters and no children the multiply-adds are not: see <see cref="ModuleSummary.NotCounted"/>.
    /// </remarks>
    /// <param name="module">Any module.</param>
    /// <param name="call">Calls it once, by <c>call</c>. It is run without gradients and in evaluation mode.</param>
    /// <param name="inputs">What it is called with, for <see cref="ModuleSummary.InputBytes"/>.</param>
    /// <exception cref="DllNotFoundException">TorchSharp's native libraries do not load.</exception>
    public static ModuleSummary Summary(this Module module, Action call, params ReadOnlySpan<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(call);
        TorchRuntime.EnsureLoaded();
        return new Summarizer(module).Run(call, inputs);
    }
}
