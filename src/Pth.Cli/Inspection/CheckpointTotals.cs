namespace Pth.Cli.Inspection;

/// <summary>Sums over the tensors of a file. A tensor or storage that has several names counts once.</summary>
internal sealed class CheckpointTotals
{
    public CheckpointTotals(IReadOnlyList<NamedTensor> tensors)
    {
        Names = tensors.Count;
        var seen = new HashSet<TensorView>(ReferenceEqualityComparer.Instance);
        var storages = new Dictionary<Storage, List<TensorView>>(ReferenceEqualityComparer.Instance);
        foreach (NamedTensor named in tensors)
        {
            if (!seen.Add(named.Tensor))
            {
                continue;
            }
            Tensors++;
            Elements += named.Tensor.ElementCount;
            Bytes += named.Tensor.ByteCount;
            if (!storages.TryGetValue(named.Tensor.Storage, out List<TensorView>? views))
            {
                views = [];
                storages.Add(named.Tensor.Storage, views);
            }
            views.Add(named.Tensor);
        }
        Storages = storages.Count;
        StorageBytes = storages.Keys.Sum(storage => storage.ByteCount);
        UnusedBytes = storages
            .Where(entry => !entry.Key.IsMeta)
            .Sum(entry => entry.Key.ByteCount - StorageUsage.CountUsedBytes(entry.Key, entry.Value));
        ByDType =
        [
            .. seen.GroupBy(tensor => tensor.DType)
                .Select(group => (group.Key, group.Count(), group.Sum(tensor => tensor.ByteCount)))
                .OrderByDescending(entry => entry.Item3),
        ];
        Devices = [.. storages.Keys.Select(storage => storage.Device).Distinct(StringComparer.Ordinal)];
    }

    public int Names { get; }

    public int Tensors { get; }

    public long Elements { get; }

    public long Bytes { get; }

    public int Storages { get; }

    public long StorageBytes { get; }

    /// <summary>Bytes of the storages that no tensor looks at.</summary>
    public long UnusedBytes { get; }

    /// <summary>Largest first.</summary>
    public IReadOnlyList<(DType DType, int Tensors, long Bytes)> ByDType { get; }

    public IReadOnlyList<string> Devices { get; }
}
