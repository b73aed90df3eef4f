using Pth.Distributed.Collectives;

namespace Pth.Distributed.Mpi;

/// <summary>The operations other than reductions, as messages between ranks. Each begins here and ends when no stream is active.</summary>
internal static unsafe class MpiExchange
{
    /// <summary>Parts of a broadcast, passed on while the next one comes.</summary>
    private const long BroadcastBytes = 1 << 20;

    private const int BroadcastWindow = 4;

    public static void Begin(MpiPort port, Collective collective)
    {
        switch (collective.Kind)
        {
            case CollectiveKind.Barrier:
                Barrier(port);
                break;
            case CollectiveKind.Broadcast:
                Broadcast(port, collective);
                break;
            case CollectiveKind.AllGather:
                AllGather(port, collective);
                break;
            case CollectiveKind.AllReduce when collective.Bytes * (port.Size - 1) <= port.Options.WholeBytes:
                new WholeReduction(port, collective).Begin();
                break;
            default:
                new PipelinedReduction(port, collective).Begin();
                break;
        }
    }

    /// <summary>Everyone tells everyone, so that who is missing is known by name.</summary>
    private static void Barrier(MpiPort port)
    {
        foreach (int peer in port.Peers)
        {
            port.Incoming[peer].Begin(null, 0);
            port.Outgoing[peer].Begin(null, 0);
        }
    }

    private static void AllGather(MpiPort port, Collective collective)
    {
        byte* own = collective.Output + (port.Rank * collective.Bytes);
        foreach (int peer in port.Peers)
        {
            port.Incoming[peer].Begin(collective.Output + (peer * collective.Bytes), collective.Bytes);
        }
        foreach (int peer in port.Peers)
        {
            port.Outgoing[peer].Begin(collective.Input, collective.Bytes);
        }
        if (own != collective.Input)
        {
            Buffer.MemoryCopy(collective.Input, own, collective.Bytes, collective.Bytes);
        }
    }

    /// <summary>Along a binomial tree: the distance from the root, its lowest set bit cleared, is the parent's.</summary>
    private static void Broadcast(MpiPort port, Collective collective)
    {
        int distance = (port.Rank - collective.Root + port.Size) % port.Size;
        List<MpiStream> children = [];
        for (int step = 1; distance + step < port.Size && (distance & step) == 0; step <<= 1)
        {
            children.Insert(0, port.Outgoing[(port.Rank + step) % port.Size]);
        }
        long parts = (collective.Bytes + BroadcastBytes - 1) / BroadcastBytes;
        if (distance == 0)
        {
            for (long part = 0; part < parts; part++)
            {
                PassOn(part);
            }
            return;
        }

        int parent = ((distance & (distance - 1)) + collective.Root) % port.Size;
        MpiStream incoming = port.Incoming[parent];
        long come = 0;
        long expected = 0;
        incoming.Done = () =>
        {
            PassOn(come++);
            Expect();
        };
        for (int i = 0; i < BroadcastWindow; i++)
        {
            Expect();
        }

        void Expect()
        {
            if (expected < parts)
            {
                incoming.Begin(Part(expected), Length(expected));
                expected++;
            }
        }

        void PassOn(long part)
        {
            foreach (MpiStream child in children)
            {
                child.Begin(Part(part), Length(part));
            }
        }

        byte* Part(long part) => collective.Output + (part * BroadcastBytes);

        long Length(long part) => Math.Min(BroadcastBytes, collective.Bytes - (part * BroadcastBytes));
    }
}
