using static TorchSharp.torch;

namespace Pth.Distributed.Gradients;

/// <summary>What a forward of <see cref="SyncBatchNorm"/> hands to its function, and that to its backward.</summary>
/// <param name="Group">The ranks.</param>
/// <param name="Eps">Added to the variance.</param>
/// <param name="Track">Takes the mean and the unbiased variance of the batch.</param>
/// <param name="Fail">Takes what went wrong in a backward.</param>
internal sealed record SyncBatchNormStep(
    ProcessGroup Group,
    double Eps,
    Action<Tensor, Tensor> Track,
    Action<Exception> Fail
)
{
    /// <summary>How many values a channel has, over all ranks.</summary>
    public double Count { get; set; }
}
