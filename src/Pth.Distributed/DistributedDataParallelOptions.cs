namespace Pth.Distributed;

/// <summary>How <see cref="DistributedDataParallel{TInput, TResult}"/> works. All ranks must give the same.</summary>
public sealed record DistributedDataParallelOptions
{
    /// <summary>The size of a bucket of gradients in bytes; 25 MiB, as in PyTorch. A larger parameter has a bucket of its own.</summary>
    public long BucketBytes { get; init; } = 25L << 20;

    /// <summary>The size of the first bucket (of the last parameters) in bytes: small, so that reduction begins early; 1 MiB, as in PyTorch.</summary>
    public long FirstBucketBytes { get; init; } = 1L << 20;

    /// <summary>Whether rank 0's buffers (running statistics) are given to all before a forward that follows a training step; true, as in PyTorch.</summary>
    public bool BroadcastBuffers { get; init; } = true;

    /// <summary>
    /// Whether a backward may leave parameters without a gradient. Without it such a backward is an error that names them. With it their share
    /// counts as zero where another rank used them, and their gradient stays as it was where none did. Costs one small reduction a step.
    /// </summary>
    public bool FindUnusedParameters { get; init; }

    /// <summary>What gradients are sent as.</summary>
    public GradientCompression Compression { get; init; }

    /// <summary>How the end of a gradient is learnt of.</summary>
    public GradientHookKind Hooks { get; init; }
}
