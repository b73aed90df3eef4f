using TorchSharp;
using static TorchSharp.torch;

namespace Pth.Distributed.Gradients;

/// <summary>Batch normalization with the statistics of all ranks, and its derivative.</summary>
/// <remarks>
/// Each rank gives its mean, its sum of squared differences from it, and its count; they are combined in float64 as Chan, Golub and LeVeque do, which
/// loses nothing where the mean is large against the deviation.
/// With m and s the mean and inverse deviation, backward is s w (dy - mean(dy) - (x - m) s^2 mean(dy (x - m))), where means go over all ranks.
/// </remarks>
internal sealed class SyncBatchNormFunction : autograd.SingleTensorFunction<SyncBatchNormFunction>
{
    private static readonly long[] FirstDimension = [0];

    public override string Name => nameof(SyncBatchNorm);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        (Tensor input, Tensor? weight, Tensor? bias) = ((Tensor)vars[0], vars[1] as Tensor, vars[2] as Tensor);
        SyncBatchNormStep step = (SyncBatchNormStep)vars[3];
        using DisposeScope scope = NewDisposeScope();
        Tensor all = step.Group.AllGather(Statistics(input)).to(input.device);

        long channels = input.shape[1];
        Tensor counts = all.narrow(1, 2 * channels, 1);
        Tensor means = all.narrow(1, 0, channels);
        step.Count = counts.sum().item<double>();
        if (step.Count < 2)
        {
            throw new ArgumentException(
                $"found {step.Count} values a channel over all ranks, expected more than one in training",
                nameof(vars)
            );
        }

        Tensor mean = (means * counts).sum(FirstDimension) / step.Count;
        Tensor squares =
            all.narrow(1, channels, channels).sum(FirstDimension)
            + ((means - mean).square() * counts).sum(FirstDimension);
        Tensor variance = squares / step.Count;
        step.Track(mean, squares / (step.Count - 1));

        ScalarType type = weight?.dtype ?? input.dtype;
        Tensor narrowMean = mean.to_type(type);
        Tensor inverse = (variance + step.Eps).rsqrt().to_type(type);
        ctx.save_for_backward([input, weight!, narrowMean.DetachFromDisposeScope(), inverse.DetachFromDisposeScope()]);
        ctx.save_data("step", step);
        return nn
            .functional.batch_norm(input, narrowMean, variance.to_type(type), weight, bias, false, 0, step.Eps)
            .MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        SyncBatchNormStep step = (SyncBatchNormStep)ctx.get_data("step");
        List<Tensor> gradients = BackwardGuard.Run(() => Gradients(ctx, step, grad_output), 4, grad_output, step.Fail);
        ctx.save_data("kept", gradients);
        return gradients;
    }

    private static Tensor Statistics(Tensor input)
    {
        long channels = input.shape[1];
        long count = channels == 0 ? 0 : input.numel() / channels;
        Tensor statistics = zeros((2 * channels) + 1, float64, input.device);
        if (count > 0)
        {
            long[] others = OtherDimensions(input);
            Tensor mean = input.mean(others, keepdim: false, type: input.dtype);
            statistics.narrow(0, 0, channels).copy_(mean);
            statistics.narrow(0, channels, channels).copy_(input.var(others, unbiased: false)).mul_(count);
            statistics.narrow(0, 2 * channels, 1).fill_(count);
        }

        return statistics;
    }

    private static List<Tensor> Gradients(autograd.AutogradContext ctx, SyncBatchNormStep step, Tensor gradient)
    {
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> saved = ctx.get_saved_variables();
        (Tensor input, Tensor? weight, Tensor mean, Tensor inverse) = (saved[0], saved[1], saved[2], saved[3]);
        long channels = input.shape[1];
        long[] shape = [1, channels, .. Enumerable.Repeat(1L, (int)input.dim() - 2)];
        long[] others = OtherDimensions(input);

        Tensor centered = input - mean.view(shape);
        Tensor sums = zeros(2 * channels, float64, input.device);
        Tensor sum = sums.narrow(0, 0, channels);
        Tensor product = sums.narrow(0, channels, channels);
        sum.copy_(gradient.sum(others));
        product.copy_((gradient * centered).sum(others));
        Tensor weightGradient = (product * inverse).to_type(inverse.dtype);
        // A copy also in float64: the sums are reduced in place below, and DistributedDataParallel reduces this rank's own part.
        Tensor biasGradient = sum.to(inverse.dtype, copy: true);

        step.Group.AllReduce(sums);
        Tensor scale = (weight is null ? inverse : inverse * weight).to_type(float64);
        Tensor slope = -scale * inverse.square() * product / step.Count;
        Tensor shift = -scale * sum / step.Count;
        Tensor result = gradient * scale.to_type(gradient.dtype).view(shape);
        result.addcmul_(centered, slope.to_type(gradient.dtype).view(shape), 1);
        result.add_(shift.to_type(gradient.dtype).view(shape));
        return
        [
            result.MoveToOuterDisposeScope(),
            weight is null ? null! : weightGradient.MoveToOuterDisposeScope(),
            weight is null ? null! : biasGradient.MoveToOuterDisposeScope(),
            null!,
        ];
    }

    private static long[] OtherDimensions(Tensor input) =>
        [0, .. Enumerable.Range(2, (int)input.dim() - 2).Select(d => (long)d)];
}
