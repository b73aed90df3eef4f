using static TorchSharp.torch;

namespace Pth.Distributed;

/// <inheritdoc />
/// <param name="module">The module to train, on all ranks the same.</param>
/// <param name="group">The ranks.</param>
/// <param name="options">How it works.</param>
public sealed class DistributedDataParallel(
    nn.Module<Tensor, Tensor> module,
    ProcessGroup group,
    DistributedDataParallelOptions? options = null
) : DistributedDataParallel<Tensor, Tensor>(module, group, options);
