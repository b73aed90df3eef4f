using Pth.Torch.Tensors;
using TorchSharp;

namespace Pth.Torch;

/// <summary>From the tensors of a file to those of TorchSharp.</summary>
public static class TensorViewExtensions
{
    /// <summary>
    /// The tensor as one of TorchSharp, with its shape, strides, type and <c>requires_grad</c>. It stays valid when the checkpoint is closed.
    /// </summary>
    /// <remarks>
    /// A large tensor of an opened file has the mapped file as its memory (see <see cref="TorchTensorOptions.Copy"/>), and its checksum is not
    /// checked; two such tensors made by two calls do not share what is written to them. A copy is contiguous, and checked.
    /// </remarks>
    /// <param name="view">The tensor.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="NotSupportedException">TorchSharp has no such tensors: quantized (unless dequantized), sparse, 8-bit floats and others.</exception>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.ChecksumMismatch"/>.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint that the tensor came from is closed.</exception>
    /// <exception cref="DllNotFoundException">TorchSharp's native libraries do not load.</exception>
    public static torch.Tensor ToTorchTensor(this TensorView view, TorchTensorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(view);
        TorchRuntime.EnsureLoaded();
        using var maker = new TensorMaker(options ?? TorchTensorOptions.Default);
        torch.Tensor made = maker.Begin(view);
        maker.Finish();
        return view.RequiresGrad && (torch.is_floating_point(made.dtype) || torch.is_complex(made.dtype))
            ? made.requires_grad_()
            : made;
    }

    /// <summary>A tensor of the checkpoint by its name, as <see cref="ToTorchTensor(TensorView, TorchTensorOptions)"/>.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="name">Its path in the file (<see cref="Checkpoint.Tensors"/>), or its name in the state dict.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="KeyNotFoundException">There is no such tensor; the message has the nearest names.</exception>
    /// <exception cref="NotSupportedException">TorchSharp has no such tensors.</exception>
    /// <exception cref="CheckpointException">The checksum is wrong.</exception>
    /// <exception cref="DllNotFoundException">TorchSharp's native libraries do not load.</exception>
    public static torch.Tensor ToTorchTensor(
        this Checkpoint checkpoint,
        string name,
        TorchTensorOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(name);
        TensorView? view = checkpoint.Tensors.FirstOrDefault(tensor => tensor.Name == name).Tensor;
        if (view is null && !TryFindInState(checkpoint, name, out view))
        {
            IReadOnlyList<string> near = NameSuggestions.For(name, checkpoint.Tensors.Select(tensor => tensor.Name));
            throw new KeyNotFoundException(
                $"found no tensor '{name}' in '{checkpoint.Name}'"
                    + (near.Count == 0 ? "" : $", expected perhaps '{string.Join("' or '", near)}'")
            );
        }
        return view!.ToTorchTensor(options);
    }

    private static bool TryFindInState(Checkpoint checkpoint, string name, out TensorView? view)
    {
        try
        {
            return checkpoint.StateDict.TryGetValue(name, out view);
        }
        catch (CheckpointException e) when (e.Kind == CheckpointErrorKind.NoStateDict)
        {
            view = null;
            return false;
        }
    }
}
