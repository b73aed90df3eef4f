using static TorchSharp.torch;

namespace Pth.Distributed.Gradients;

/// <summary>Runs the backward of a function of ours. No exception may pass through libtorch's frames: it would end the process.</summary>
internal static class BackwardGuard
{
    /// <summary>Runs <paramref name="body"/>; if it fails, tells <paramref name="fail"/>, lets <c>backward()</c> throw where that can be, and gives NaN.</summary>
    /// <param name="body">Makes the gradients.</param>
    /// <param name="count">How many inputs the function has.</param>
    /// <param name="like">A tensor of the shape of the first input, whose gradient becomes NaN: no step may be taken as if nothing had been.</param>
    /// <param name="fail">Keeps the exception, for the next use of the module.</param>
    public static List<Tensor> Run(Func<List<Tensor>> body, int count, Tensor like, Action<Exception> fail)
    {
        try
        {
            return body();
        }
        catch (Exception failure)
        {
            fail(failure);
            if (NativeAutograd.IsAvailable)
            {
                BackwardCallback.QueueError(failure.Message);
            }

            Tensor broken = full_like(like, double.NaN);
            return [broken, .. Enumerable.Repeat<Tensor>(null!, count - 1)];
        }
    }
}
