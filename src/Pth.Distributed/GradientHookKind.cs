namespace Pth.Distributed;

/// <summary>How <see cref="DistributedDataParallel{TInput, TResult}"/> learns that gradients are ready.</summary>
public enum GradientHookKind
{
    /// <summary><see cref="Native"/> where it works (Linux), else <see cref="Portable"/>.</summary>
    Automatic,

    /// <summary>
    /// Hooks of libtorch, one a parameter: a bucket is reduced as soon as its gradients are there, while backward goes on, and <c>backward()</c>
    /// returns when all are reduced. Linux.
    /// </summary>
    Native,

    /// <summary>
    /// A marker at the input of the module, made of public TorchSharp alone: all buckets are reduced when backward arrives there, before
    /// <c>backward()</c> returns. Nothing overlaps. Needs a <see cref="TorchSharp.torch.Tensor"/> as the input, and all of the backward on one device.
    /// </summary>
    Portable,

    /// <summary>
    /// Nothing happens by itself: call <see cref="DistributedDataParallel{TInput, TResult}.ReduceGradients"/> after each backward. Forgetting it
    /// is an error at the next forward.
    /// </summary>
    Manual,
}
