using static TorchSharp.torch;

namespace Pth.Distributed.Gradients;

/// <summary>Which parameters share a bucket.</summary>
internal static class BucketPlan
{
    /// <summary>
    /// Goes over the parameters from the last to the first, as backward reaches them, and closes a bucket when it has grown to its size: the first of
    /// a type and device to <paramref name="firstBytes"/>, the others to <paramref name="bytes"/>. Buckets come in the order in which they are full.
    /// </summary>
    /// <param name="parameters">Bytes, element type and device of each, in the order of the module.</param>
    /// <param name="firstBytes">The size of the first.</param>
    /// <param name="bytes">The size of the others.</param>
    /// <returns>The numbers of the parameters of each bucket.</returns>
    public static IReadOnlyList<IReadOnlyList<int>> Make(
        IReadOnlyList<(long Bytes, ScalarType Type, string Device)> parameters,
        long firstBytes,
        long bytes
    )
    {
        List<IReadOnlyList<int>> buckets = [];
        Dictionary<(ScalarType, string), (List<int> Members, long Bytes)> open = [];
        bool isFirst = true;
        for (int i = parameters.Count - 1; i >= 0; i--)
        {
            (ScalarType, string) kind = (parameters[i].Type, parameters[i].Device);
            (List<int> members, long size) = open.GetValueOrDefault(kind, ([], 0));
            members.Add(i);
            size += parameters[i].Bytes;
            if (size >= (isFirst ? firstBytes : bytes))
            {
                buckets.Add(members);
                open.Remove(kind);
                isFirst = false;
            }
            else
            {
                open[kind] = (members, size);
            }
        }

        // Ordered by their first member, which is the last parameter and so the first to be ready.
        buckets.AddRange(open.Values.OrderByDescending(bucket => bucket.Members[0]).Select(bucket => bucket.Members));
        return buckets;
    }
}
