using TorchSharp;
using static TorchSharp.torch;

namespace Pth.Distributed.Gradients;

/// <summary>
/// The identity, with an action that backward runs when it comes by. At the output of a module that is its beginning. At the input it is its end:
/// the input's gradient needs those of all that was computed from it, and the engine prefers, of what it can do, the accumulation of gradients
/// and then what was computed last, so that the marker is the last of the module.
/// </summary>
internal sealed class BackwardMarker : autograd.SingleTensorFunction<BackwardMarker>
{
    public override string Name => nameof(BackwardMarker);

    /// <summary>Marks a tensor.</summary>
    /// <param name="tensor">Of a floating-point type.</param>
    /// <param name="leaf">A leaf that requires a gradient, so that backward comes by even if <paramref name="tensor"/> requires none. It gets none.</param>
    /// <param name="passed">What to run; it must not throw.</param>
    public static Tensor Mark(Tensor tensor, Tensor leaf, Action passed) => apply(tensor, leaf, passed);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data("passed", vars[2]);
        // A copy: an alias could not be changed in place by the layer behind it.
        return ((Tensor)vars[0]).clone();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ((Action)ctx.get_data("passed"))();
        // TorchSharp gives libtorch the handle and forgets the tensor; this keeps it until the graph goes.
        ctx.save_data("kept", new[] { grad_output });
        return [grad_output, null!, null!];
    }
}
