using Pth.Distributed.Collectives;

namespace Pth.Distributed.Mpi;

/// <summary>What each rank asks for, told to all before it is done: sizes in bytes alone do not tell a sum of float32 from the greatest of int32.</summary>
internal sealed unsafe class Agreement(MpiPort port)
{
    private const int Numbers = 5;

    private readonly long* _asked = (long*)port.Scratch((long)port.Size * Numbers * sizeof(long));

    /// <summary>Begins to tell and to hear.</summary>
    public void Begin(Collective collective)
    {
        port.Clear();
        long* own = Of(port.Rank);
        own[0] = (long)collective.Kind;
        own[1] = (long)collective.Element;
        own[2] = (long)collective.Op;
        own[3] = collective.Root;
        own[4] = collective.Count;
        foreach (int peer in port.Peers)
        {
            port.Incoming[peer].Begin((byte*)Of(peer), Numbers * sizeof(long));
            port.Outgoing[peer].Begin((byte*)own, Numbers * sizeof(long));
        }
    }

    /// <summary>When all is heard: what the ranks ask for, if it is not the same.</summary>
    public string? Difference()
    {
        string[] names = [.. Enumerable.Range(0, port.Size).Select(Name)];
        return names.Distinct(StringComparer.Ordinal).Count() == 1
            ? null
            : $"the ranks ask for different things: {string.Join(", ", names.Select((name, rank) => $"rank {rank} {name}"))}";
    }

    private string Name(int rank)
    {
        long* asked = Of(rank);
        return new Collective((CollectiveKind)asked[0], (ElementKind)asked[1], asked[4])
        {
            Op = (ReduceOp)asked[2],
            Root = (int)asked[3],
        }.Name;
    }

    private long* Of(int rank) => _asked + (rank * Numbers);
}
