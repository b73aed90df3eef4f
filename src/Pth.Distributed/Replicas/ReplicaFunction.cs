using Pth.Distributed.Gradients;
using static TorchSharp.torch;

namespace Pth.Distributed.Replicas;

/// <summary>
/// The forward of several replicas as one operation, of the input and the original's parameters: backward then gives the sums of the replicas' gradients to
/// the original as it would its own.
/// </summary>
internal sealed class ReplicaFunction : autograd.SingleTensorFunction<ReplicaFunction>
{
    public override string Name => nameof(DataParallel);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ReplicaStep step = (ReplicaStep)vars[0];
        ctx.save_data("step", step);
        ctx.save_data("count", vars.Length);
        return step.Forward((Tensor)vars[1], withGradients: true);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ReplicaStep step = (ReplicaStep)ctx.get_data("step");
        int count = (int)ctx.get_data("count");
        List<Tensor> gradients =
        [
            null!,
            .. BackwardGuard.Run(() => step.Backward(grad_output), count - 1, grad_output, step.Fail),
        ];
        ctx.save_data("kept", gradients);
        return gradients;
    }
}
