using Pth.Torch.Native;
using Pth.Torch.Optimizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch;

/// <summary>
/// SGD whose step reads weight, gradient and momentum once and writes them once: PyTorch's <c>SGD(fused=True)</c>. TorchSharp's own goes over them
/// four times, and with weight decay makes a tensor as large as each gradient and keeps them all until it is done.
/// </summary>
/// <remarks>
/// State, options and groups are those of TorchSharp's SGD, so that it loads and is loaded as that. What is not float32, contiguous and on the
/// CPU takes the same step by tensor operations.
/// </remarks>
public sealed class FusedSgd : SGD
{
    /// <summary>Makes one with a single group.</summary>
    /// <param name="parameters">What to train.</param>
    /// <param name="lr">The learning rate.</param>
    /// <param name="momentum">How much of the last step's direction the next one keeps.</param>
    /// <param name="dampening">How much of a gradient does not enter the momentum.</param>
    /// <param name="weightDecay">The factor of the weights that is added to their gradients.</param>
    /// <param name="nesterov">Whether the momentum is that of Nesterov.</param>
    /// <param name="maximize">Whether to climb.</param>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public FusedSgd(
        IEnumerable<Parameter> parameters,
        double lr,
        double momentum = 0,
        double dampening = 0,
        double weightDecay = 0,
        bool nesterov = false,
        bool maximize = false
    )
        : base(parameters, lr, momentum, dampening, weightDecay, nesterov, maximize) { }

    /// <summary>Makes one with several groups; what a group does not say is taken from here.</summary>
    /// <inheritdoc cref="FusedSgd(IEnumerable{Parameter}, double, double, double, double, bool, bool)" />
    /// <param name="groups">What to train, in groups.</param>
    /// <param name="lr">The learning rate.</param>
    /// <param name="momentum">How much of the last step's direction the next one keeps.</param>
    /// <param name="dampening">How much of a gradient does not enter the momentum.</param>
    /// <param name="weightDecay">The factor of the weights that is added to their gradients.</param>
    /// <param name="nesterov">Whether the momentum is that of Nesterov.</param>
    /// <param name="maximize">Whether to climb.</param>
    public FusedSgd(
        IEnumerable<ParamGroup> groups,
        double lr,
        double momentum = 0,
        double dampening = 0,
        double weightDecay = 0,
        bool nesterov = false,
        bool maximize = false
    )
        : base(groups, lr, momentum, dampening, weightDecay, nesterov, maximize) { }

    /// <summary>Updates the parameters from their gradients.</summary>
    /// <param name="closure">Computes the loss and its gradients; null where that is done.</param>
    /// <returns>The loss; null without a closure.</returns>
    public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(Update, closure);

    private void Update(ParamGroup group)
    {
        Options options = group.Options;
        var step = new SgdStep(
            (float)group.LearningRate,
            (float)options.momentum.GetValueOrDefault(),
            (float)(1 - options.dampening.GetValueOrDefault()),
            (float)options.weight_decay.GetValueOrDefault(),
            options.nesterov.GetValueOrDefault(),
            options.maximize.GetValueOrDefault()
        );
        foreach (Parameter parameter in group.Parameters)
        {
            using Tensor? gradient = parameter.grad;
            if (gradient is null)
            {
                continue;
            }
            using DisposeScope scope = NewDisposeScope();
            var state = (State)_state[parameter.Handle];
            if (step.Momentum != 0 && state.momentum_buffer is null)
            {
                // PyTorch begins with the first gradient as it is, undampened.
                state.momentum_buffer = zeros_like(parameter).DetachFromDisposeScope();
                Update(parameter, gradient, state.momentum_buffer, step with { Share = 1 });
            }
            else
            {
                Update(parameter, gradient, step.Momentum == 0 ? null : state.momentum_buffer, step);
            }
        }
    }

    private static unsafe void Update(Tensor parameter, Tensor gradient, Tensor? momentum, SgdStep step)
    {
        if (!IsPlain(parameter) || !IsPlain(gradient) || (momentum is not null && !IsPlain(momentum)))
        {
            step.Run(parameter, gradient, momentum);
            return;
        }
        step.Run(
            (float*)TorchSharpLibrary.GetData(parameter.Handle),
            (float*)TorchSharpLibrary.GetData(gradient.Handle),
            momentum is null ? null : (float*)TorchSharpLibrary.GetData(momentum.Handle),
            parameter.numel()
        );
        // Autograd must see that the values have changed: a view shares the count of its tensor's changes.
        parameter.narrow(0, 0, 0).zero_();
    }

    private static bool IsPlain(Tensor tensor) =>
        tensor.dtype == ScalarType.Float32
        && tensor.device_type == DeviceType.CPU
        && !tensor.is_sparse
        && tensor.dim() > 0
        && tensor.is_contiguous();
}
