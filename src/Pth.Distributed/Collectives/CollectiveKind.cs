namespace Pth.Distributed.Collectives;

internal enum CollectiveKind
{
    AllReduce,
    Broadcast,
    AllGather,
    ReduceScatter,
    Barrier,
}
