using System.Text;
using static TorchSharp.torch;

namespace Pth.Distributed.Gradients;

/// <summary>Whether all ranks have the same module, by the names, shapes and types of what is in it.</summary>
internal static class ModuleAgreement
{
    /// <summary>Compares this rank's module with that of rank 0.</summary>
    /// <exception cref="InvalidOperationException">On all ranks, if they differ on one: the first difference is named.</exception>
    public static void Verify(ProcessGroup group, nn.Module module)
    {
        string[] mine = [.. Describe(module)];
        byte[] text = Encoding.UTF8.GetBytes(string.Join('\n', mine));
        string[] first = Encoding.UTF8.GetString(FromRank(group, text, 0)).Split('\n');
        string difference = Difference(group.Rank, mine, first);

        long[] differs = [difference.Length == 0 ? -1 : group.WorldSize - group.Rank];
        group.AllReduce(differs.AsSpan(), ReduceOp.Max);
        if (differs[0] < 0)
        {
            return;
        }

        int speaker = group.WorldSize - (int)differs[0];
        string told = Encoding.UTF8.GetString(FromRank(group, Encoding.UTF8.GetBytes(difference), speaker));
        throw new InvalidOperationException($"The ranks do not have the same module: {told}");
    }

    private static IEnumerable<string> Describe(nn.Module module)
    {
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in module.named_parameters())
        {
            string frozen = parameter.requires_grad ? "" : ", without a gradient";
            yield return $"parameter {name} {Shape(parameter)}{frozen}";
        }

        foreach ((string name, Tensor buffer) in module.named_buffers())
        {
            yield return $"buffer {name} {Shape(buffer)}";
        }
    }

    private static string Shape(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}] {tensor.dtype}";

    private static string Difference(int rank, string[] mine, string[] first)
    {
        for (int i = 0; i < Math.Max(mine.Length, first.Length); i++)
        {
            string here = i < mine.Length && mine[i].Length > 0 ? mine[i] : "nothing";
            string there = i < first.Length && first[i].Length > 0 ? first[i] : "nothing";
            if (here != there)
            {
                return $"rank {rank} has {here}, where rank 0 has {there}";
            }
        }

        return "";
    }

    private static byte[] FromRank(ProcessGroup group, byte[] bytes, int source)
    {
        long[] length = [bytes.Length];
        group.Broadcast(length.AsSpan(), source);
        byte[] all = group.Rank == source ? bytes : new byte[length[0]];
        group.Broadcast(all.AsSpan(), source);
        return all;
    }
}
