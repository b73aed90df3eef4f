namespace Pth.Formats.Sharded;

/// <summary>Which tensor goes into which file.</summary>
/// <remarks>Source: <c>huggingface_hub/serialization/_base.py</c> (<c>split_state_dict_into_shards_factory</c>).</remarks>
internal sealed class ShardPlan
{
    private static readonly Storage Nothing = TensorView.Zeros(DType.UInt8, [0]).Storage;

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
    public static ShardPlan Make(IReadOnlyList<KeyValuePair<string, TensorView>> tensors, long maxSize, bool isShared)
    {
        var plan = new ShardPlan();
        var ties = new OrderedDictionary<Storage, Tie>(ReferenceEqualityComparer.Instance);
        OrderedDictionary<string, TensorView> current = NewShard();
        long currentSize = 0;
        foreach ((string name, TensorView view) in tensors)
        {
            // PyTorch has one address for all storages of no bytes.
            Storage storage = view.Storage.ByteCount == 0 ? Nothing : view.Storage;
            if (isShared && ties.TryGetValue(storage, out Tie? tie))
            {
                tie.Others.Add(new(name, view));
                continue;
            }
            long size = isShared ? view.Storage.ByteCount : view.ByteCount;
            plan.TotalSize += size;
            OrderedDictionary<string, TensorView> home;
            if (size > maxSize)
            {
                // It is put before the file that is being filled.
                home = NewShard();
                plan._shards.Add(home);
            }
            else
            {
                if (currentSize + size > maxSize)
                {
                    plan._shards.Add(current);
                    current = NewShard();
                    currentSize = 0;
                }
                home = current;
                currentSize += size;
            }
            home.Add(name, view);
            ties.TryAdd(storage, new Tie(home, []));
        }
        if (current.Count > 0 || plan._shards.Count == 0)
        {
            plan._shards.Add(current);
        }
        foreach (Tie tie in ties.Values)
        {
            tie.Others.ForEach(pair => tie.Shard.Add(pair.Key, pair.Value));
        }
        return plan;
    }

    private static OrderedDictionary<string, TensorView> NewShard() => new(StringComparer.Ordinal);

    private sealed record Tie(
        OrderedDictionary<string, TensorView> Shard,
        List<KeyValuePair<string, TensorView>> Others
    );
}
