using Pth.Distributed.Collectives;

namespace Pth.Distributed.Mpi;

/// <summary>A small all-reduce: everyone sends everything to everyone, and each sums for itself. One message time.</summary>
internal sealed unsafe class WholeReduction(MpiPort port, Collective collective)
{
    private int _open = 2 * port.Peers.Length;
    private byte* _scratch;

    public void Begin()
    {
        _scratch = port.Scratch(collective.Bytes * port.Size);
        foreach (int peer in port.Peers)
        {
            // What is sent lies where the result goes: it must be gone before the sum is written.
            port.Incoming[peer].Done = OneDone;
            port.Outgoing[peer].Done = OneDone;
            port.Incoming[peer].Begin(_scratch + (peer * collective.Bytes), collective.Bytes);
            port.Outgoing[peer].Begin(collective.Input, collective.Bytes);
        }
    }

    private void OneDone()
    {
        if (--_open > 0)
        {
            return;
        }
        Span<nint> sources = stackalloc nint[port.Size];
        for (int rank = 0; rank < port.Size; rank++)
        {
            sources[rank] = (nint)(rank == port.Rank ? collective.Input : _scratch + (rank * collective.Bytes));
        }
        Reduction.Run(collective.Element, collective.Op, sources, collective.Output, collective.Count);
    }
}
