namespace Pth.Formats.Sharded;

/// <summary>Which tensor goes into which file.</summary>
/// <remarks>Source: <c>huggingface_hub/serialization/_base.py</c> (<c>split_state_dict_into_shards_factory</c>).</remarks>
internal sealed class ShardPlan
{
    private readonly List<OrderedDictionary<string, TensorView>> _shards = [];

    private ShardPlan() { }

    /// <summary>The tensors of each file.</summary>
    public IReadOnlyList<OrderedDictionary<string, TensorView>> Shards => _shards;

    /// <summary>The bytes of all tensors, each storage once.</summary>
    public long TotalSize { get; private set; }

    /// <summary>Fills files in the order of the tensors.</summary>
    /// <param name="tensors">The tensors.</param>
    /// <param name="maxSize">The most bytes in a file.</param>
    /// <param name="isShared">
    /// Whether tensors on one storage count as one, by the size of the storage, and go into one file; else each counts by its elements.
    /// </param>
    public static ShardPlan Make(
        IReadOnlyList<KeyValuePair<string, TensorView>> tensors,
        long maxSize,
        bool isShared
    )
    {
        var plan = new ShardPlan();
        var homes = new Dictionary<Storage, OrderedDictionary<string, TensorView>>(ReferenceEqualityComparer.Instance);
        var tied = new List<KeyValuePair<string, TensorView>>();
        OrderedDictionary<string, TensorView> current = NewShard();
        long currentSize = 0;
        foreach ((string name, TensorView view) in tensors)
        {
            if (isShared && homes.ContainsKey(view.Storage))
            {
                tied.Add(new(name, view));
                continue;
            }
            long size = isShared ? view.Storage.ByteCount : view.ByteCount;
            plan.TotalSize += size;
            if (size > maxSize)
            {
                // It is put before the file that is being filled.
                OrderedDictionary<string, TensorView> alone = NewShard();
                alone.Add(name, view);
                plan._shards.Add(alone);
                homes[view.Storage] = alone;
                continue;
            }
            if (currentSize + size > maxSize)
            {
                plan._shards.Add(current);
                current = NewShard();
                currentSize = 0;
            }
            current.Add(name, view);
            currentSize += size;
            homes[view.Storage] = current;
        }
        if (current.Count > 0 || plan._shards.Count == 0)
        {
            plan._shards.Add(current);
        }
        foreach ((string name, TensorView view) in tied)
        {
            homes[view.Storage].Add(name, view);
        }
        return plan;
    }

    private static OrderedDictionary<string, TensorView> NewShard() => new(StringComparer.Ordinal);
}
