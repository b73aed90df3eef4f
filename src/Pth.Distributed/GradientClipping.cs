using TorchSharp;
using static TorchSharp.torch;

namespace Pth.Distributed;

/// <summary>Keeps gradients from being large.</summary>
public static class GradientClipping
{
    private const double Tiny = 1e-6;

    /// <summary>
    /// Scales gradients in place so that their norm, taken together, is at most <paramref name="maxNorm"/>. PyTorch's <c>clip_grad_norm_</c>.
    /// To be called after backward: gradients of a <see cref="DistributedDataParallel"/> are then the same on all ranks, and so is the norm.
    /// </summary>
    /// <param name="parameters">Whose gradients; those without one do not count.</param>
    /// <param name="maxNorm">The most that their norm may be.</param>
    /// <param name="normType">2 for the Euclidean norm; infinity for the greatest absolute value.</param>
    /// <param name="errorIfNonfinite">Whether a norm that is NaN or infinite is an error; else gradients become NaN or zero, as in PyTorch.</param>
    /// <returns>The norm before.</returns>
    /// <exception cref="InvalidOperationException">The norm is not finite, and that is an error.</exception>
    public static double ClipGradNorm(
        IEnumerable<Tensor> parameters,
        double maxNorm,
        double normType = 2,
        bool errorIfNonfinite = false
    ) => Clip(null, parameters, maxNorm, normType, errorIfNonfinite);

    /// <summary>
    /// The same for gradients that are not the same on all ranks, but of which each rank has a part of its own (a model that is split over
    /// ranks): the norm is that of all parts together.
    /// </summary>
    /// <param name="group">The ranks; all must call it.</param>
    /// <param name="parameters">This rank's part.</param>
    /// <param name="maxNorm">The most that the norm may be.</param>
    /// <param name="normType">2 for the Euclidean norm; infinity for the greatest absolute value.</param>
    /// <param name="errorIfNonfinite">Whether a norm that is NaN or infinite is an error; else gradients become NaN or zero, as in PyTorch.</param>
    /// <returns>The norm before.</returns>
    /// <exception cref="InvalidOperationException">The norm is not finite, and that is an error.</exception>
    /// <exception cref="ProcessGroupException">The ranks could not speak with each other.</exception>
    public static double ClipGradNorm(
        ProcessGroup group,
        IEnumerable<Tensor> parameters,
        double maxNorm,
        double normType = 2,
        bool errorIfNonfinite = false
    )
    {
        ArgumentNullException.ThrowIfNull(group);
        return Clip(group, parameters, maxNorm, normType, errorIfNonfinite);
    }

    private static double Clip(
        ProcessGroup? group,
        IEnumerable<Tensor> parameters,
        double maxNorm,
        double normType,
        bool errorIfNonfinite
    )
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfNegative(maxNorm);
        if (!(normType > 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(normType),
                normType,
                "expected a number over zero, or infinity"
            );
        }

        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            List<Tensor> gradients = [.. parameters.Select(parameter => parameter.grad).OfType<Tensor>()];
            double norm = Norm(group, gradients, normType);
            if (errorIfNonfinite && !double.IsFinite(norm))
            {
                throw new InvalidOperationException(
                    $"The norm of the gradients is {norm}, and they cannot be clipped."
                );
            }

            // Not skipped where it is 1: NaN passes through it, as in PyTorch.
            double factor = Math.Min(maxNorm / (norm + Tiny), 1);
            gradients.ForEach(gradient => gradient.mul_(factor));
            return norm;
        }
    }

    private static double Norm(ProcessGroup? group, List<Tensor> gradients, double normType)
    {
        bool isGreatest = double.IsPositiveInfinity(normType);
        double[] total = [0];
        foreach (Tensor gradient in gradients)
        {
            double norm = linalg.vector_norm(gradient, normType).to_type(float64).item<double>();
            total[0] = isGreatest ? Math.Max(total[0], norm) : total[0] + Math.Pow(norm, normType);
        }

        group?.AllReduce(total.AsSpan(), isGreatest ? ReduceOp.Max : ReduceOp.Sum);
        return isGreatest ? total[0] : Math.Pow(total[0], 1 / normType);
    }
}
