using TorchSharp;
using static TorchSharp.torch;

namespace Pth.Distributed.Gradients;

/// <summary>Gives many tensors from one rank to all, in few messages: those of a type and device go together.</summary>
internal static class FlatTensors
{
    private const long MessageBytes = 250L << 20;

    /// <summary>Gives the values of rank <paramref name="source"/> to all, in place.</summary>
    public static void Broadcast(ProcessGroup group, IEnumerable<Tensor> tensors, int source)
    {
        if (group.WorldSize == 1)
        {
            return;
        }

        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            foreach (IGrouping<(ScalarType, string), Tensor> kind in tensors.GroupBy(Kind))
            {
                List<Tensor> part = [];
                long bytes = 0;
                foreach (Tensor tensor in kind)
                {
                    part.Add(tensor);
                    bytes += tensor.numel() * tensor.ElementSize;
                    if (bytes >= MessageBytes)
                    {
                        BroadcastTogether(group, part, source);
                        part.Clear();
                        bytes = 0;
                    }
                }

                BroadcastTogether(group, part, source);
            }
        }
    }

    private static (ScalarType, string) Kind(Tensor tensor) => (tensor.dtype, tensor.device.ToString());

    private static void BroadcastTogether(ProcessGroup group, List<Tensor> tensors, int source)
    {
        if (tensors.Count == 0)
        {
            return;
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor flat = cat([.. tensors.Select(tensor => tensor.detach().reshape(-1))]);
        group.Broadcast(flat, source);
        if (group.Rank == source)
        {
            return;
        }

        long offset = 0;
        foreach (Tensor tensor in tensors)
        {
            long count = tensor.numel();
            tensor.copy_(flat.narrow(0, offset, count).view(tensor.shape));
            offset += count;
        }
    }
}
