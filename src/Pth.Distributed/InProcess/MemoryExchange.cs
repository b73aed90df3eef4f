using Pth.Distributed.Collectives;

namespace Pth.Distributed.InProcess;

/// <summary>Does an operation for all ranks, whose memory lies in one process.</summary>
internal static unsafe class MemoryExchange
{
    /// <summary>So that what was reduced is handed out from the cache.</summary>
    private const long Step = 64 << 10;

    /// <param name="ranks">The same operation as each rank asks for it.</param>
    public static void Run(Collective[] ranks)
    {
        switch (ranks[0].Kind)
        {
            case CollectiveKind.AllReduce:
                AllReduce(ranks);
                break;
            case CollectiveKind.ReduceScatter:
                ReduceScatter(ranks);
                break;
            case CollectiveKind.Broadcast:
                Array.ForEach(ranks, rank => Copy(ranks[rank.Root].Output, rank.Output, rank.Bytes));
                break;
            case CollectiveKind.AllGather:
                Array.ForEach(ranks, to => Gather(ranks, to));
                break;
            default:
                break;
        }
    }

    private static void AllReduce(Collective[] ranks)
    {
        Collective first = ranks[0];
        int size = first.Element.Size();
        Span<nint> sources = stackalloc nint[ranks.Length];
        for (long at = 0; at < first.Count; at += Step)
        {
            long count = Math.Min(Step, first.Count - at);
            for (int rank = 0; rank < ranks.Length; rank++)
            {
                sources[rank] = (nint)(ranks[rank].Output + (at * size));
            }
            Reduction.Run(first.Element, first.Op, sources, (byte*)sources[0], count);
            for (int rank = 1; rank < ranks.Length; rank++)
            {
                Copy((byte*)sources[0], (byte*)sources[rank], count * size);
            }
        }
    }

    private static void ReduceScatter(Collective[] ranks)
    {
        Span<nint> sources = stackalloc nint[ranks.Length];
        for (int part = 0; part < ranks.Length; part++)
        {
            for (int rank = 0; rank < ranks.Length; rank++)
            {
                sources[rank] = (nint)(ranks[rank].Input + (part * ranks[part].Bytes));
            }
            Reduction.Run(ranks[part].Element, ranks[part].Op, sources, ranks[part].Output, ranks[part].Count);
        }
    }

    private static void Gather(Collective[] ranks, Collective to)
    {
        for (int rank = 0; rank < ranks.Length; rank++)
        {
            Copy(ranks[rank].Input, to.Output + (rank * to.Bytes), to.Bytes);
        }
    }

    private static void Copy(byte* from, byte* to, long bytes)
    {
        if (from != to)
        {
            Buffer.MemoryCopy(from, to, bytes, bytes);
        }
    }
}
