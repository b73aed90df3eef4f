using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Pth.Torch.Optimizers;

/// <summary>The arithmetic of a step of SGD.</summary>
/// <param name="Rate">The learning rate.</param>
/// <param name="Momentum">How much of the momentum is kept.</param>
/// <param name="Share">How much of the gradient enters it.</param>
/// <param name="Decay">The factor of the weights that is added to their gradients.</param>
/// <param name="Nesterov">Whether the momentum is that of Nesterov.</param>
/// <param name="Maximize">Whether to climb.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SgdStep(
    float Rate,
    float Momentum,
    float Share,
    float Decay,
    bool Nesterov,
    bool Maximize
)
{
    /// <summary>What one thread does at least: a part of it would take less time than starting the thread.</summary>
    private const long PartElements = 256 << 10;

    /// <summary>On contiguous memory, on as many threads as libtorch uses.</summary>
    /// <param name="parameter">The weights.</param>
    /// <param name="gradient">Their gradients.</param>
    /// <param name="momentum">Their momentum; null without one.</param>
    /// <param name="count">How many there are.</param>
    public unsafe void Run(float* parameter, float* gradient, float* momentum, long count)
    {
        long parts = Math.Min(get_num_threads(), (count + PartElements - 1) / PartElements);
        if (parts <= 1)
        {
            RunPart(parameter, gradient, momentum, count);
            return;
        }
        SgdStep step = this;
        Parallel.For(
            0,
            parts,
            part =>
            {
                long from = count * part / parts;
                long to = count * (part + 1) / parts;
                step.RunPart(parameter + from, gradient + from, momentum is null ? null : momentum + from, to - from);
            }
        );
    }

    /// <summary>On tensors of any kind.</summary>
    /// <inheritdoc cref="Run(float*, float*, float*, long)" />
    public void Run(Tensor parameter, Tensor gradient, Tensor? momentum)
    {
        Tensor direction = Maximize ? -gradient : gradient;
        direction = Decay == 0 ? direction : direction.add(parameter, alpha: Decay);
        if (momentum is not null)
        {
            momentum.mul_(Momentum).add_(direction, alpha: Share);
            direction = Nesterov ? direction.add(momentum, alpha: Momentum) : momentum;
        }
        parameter.add_(direction, alpha: -Rate);
    }

    private unsafe void RunPart(float* parameter, float* gradient, float* momentum, long count)
    {
        var decay = new Vector<float>(Decay);
        var kept = new Vector<float>(Momentum);
        var share = new Vector<float>(Share);
        var rate = new Vector<float>(-Rate);
        long whole = count - count % Vector<float>.Count;
        for (long i = 0; i < whole; i += Vector<float>.Count)
        {
            Vector<float> weight = Vector.Load(parameter + i);
            Vector<float> direction = Vector.Load(gradient + i);
            direction = Vector.MultiplyAddEstimate(weight, decay, Maximize ? -direction : direction);
            if (momentum is not null)
            {
                Vector<float> moving = Vector.MultiplyAddEstimate(direction, share, Vector.Load(momentum + i) * kept);
                moving.Store(momentum + i);
                direction = Nesterov ? Vector.MultiplyAddEstimate(moving, kept, direction) : moving;
            }
            Vector.MultiplyAddEstimate(direction, rate, weight).Store(parameter + i);
        }
        for (long i = whole; i < count; i++)
        {
            float direction = Maximize ? -gradient[i] : gradient[i];
            direction = float.MultiplyAddEstimate(parameter[i], Decay, direction);
            if (momentum is not null)
            {
                momentum[i] = float.MultiplyAddEstimate(direction, Share, momentum[i] * Momentum);
                direction = Nesterov ? float.MultiplyAddEstimate(momentum[i], Momentum, direction) : momentum[i];
            }
            parameter[i] = float.MultiplyAddEstimate(direction, -Rate, parameter[i]);
        }
    }
}
