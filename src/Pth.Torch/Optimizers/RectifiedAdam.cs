using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch;

/// <summary>
/// RAdam as PyTorch steps. TorchSharp's own multiplies a rectified step by the learning rate twice, and so nearly stops learning from about its
/// sixth step on.
/// </summary>
/// <remarks>State, options and groups are those of TorchSharp's RAdam, so that it loads and is loaded as that.</remarks>
public sealed class RectifiedAdam : RAdam
{
    /// <summary>Makes one with a single group.</summary>
    /// <param name="parameters">What to train.</param>
    /// <param name="lr">The learning rate.</param>
    /// <param name="beta1">How much of the mean of gradients a step keeps.</param>
    /// <param name="beta2">How much of the mean of their squares a step keeps.</param>
    /// <param name="eps">What is added to the denominator.</param>
    /// <param name="weightDecay">The factor of the weights that is added to their gradients.</param>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public RectifiedAdam(
        IEnumerable<Parameter> parameters,
        double lr = 1e-3,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double eps = 1e-8,
        double weightDecay = 0
    )
        : base(parameters, lr, beta1, beta2, eps, weightDecay) { }

    /// <summary>Makes one with several groups; what a group does not say is taken from here.</summary>
    /// <inheritdoc cref="RectifiedAdam(IEnumerable{Parameter}, double, double, double, double, double)" />
    /// <param name="groups">What to train, in groups.</param>
    /// <param name="lr">The learning rate.</param>
    /// <param name="beta1">How much of the mean of gradients a step keeps.</param>
    /// <param name="beta2">How much of the mean of their squares a step keeps.</param>
    /// <param name="eps">What is added to the denominator.</param>
    /// <param name="weightDecay">The factor of the weights that is added to their gradients.</param>
    public RectifiedAdam(
        IEnumerable<ParamGroup> groups,
        double lr = 1e-3,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double eps = 1e-8,
        double weightDecay = 0
    )
        : base(groups, lr, beta1, beta2, eps, weightDecay) { }

    /// <summary>Updates the parameters from their gradients.</summary>
    /// <param name="closure">Computes the loss and its gradients; null where that is done.</param>
    /// <returns>The loss; null without a closure.</returns>
    public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(Update, closure);

    private void Update(ParamGroup group)
    {
        double beta1 = group.Options.beta1.GetValueOrDefault();
        double beta2 = group.Options.beta2.GetValueOrDefault();
        double decay = group.Options.weight_decay.GetValueOrDefault();
        foreach (Parameter parameter in group.Parameters)
        {
            if (parameter.grad is not { } gradient)
            {
                continue;
            }
            var state = (State)_state[parameter.Handle];
            state.step++;
            double correction1 = 1 - Math.Pow(beta1, state.step);
            double correction2 = 1 - Math.Pow(beta2, state.step);
            Tensor full = decay == 0 ? gradient : gradient.add(parameter, alpha: decay);
            state.exp_avg.mul_(beta1).add_(full, alpha: 1 - beta1);
            state.exp_avg_sq.mul_(beta2).addcmul_(full, full, value: 1 - beta2);

            double rate = group.LearningRate / correction1;
            double longest = 2 / (1 - beta2) - 1;
            double length = longest - 2 * state.step * Math.Pow(beta2, state.step) / correction2;
            if (length > 5)
            {
                double rectified = Math.Sqrt(
                    (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
                );
                Tensor denominator = state.exp_avg_sq.sqrt().add_(group.Options.eps.GetValueOrDefault());
                parameter.addcdiv_(state.exp_avg, denominator, value: -rate * rectified * Math.Sqrt(correction2));
            }
            else
            {
                parameter.add_(state.exp_avg, alpha: -rate);
            }
        }
    }
}
