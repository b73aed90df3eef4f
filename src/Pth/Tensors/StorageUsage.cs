using Pth.Tensors;

namespace Pth;

/// <summary>How much of a storage its tensors look at; the rest is saved in vain.</summary>
public static class StorageUsage
{
    // Runs of one view that are counted one by one; a view of more counts as all that lies between its first and last element.
    private const int MaxRuns = 1 << 16;

    /// <summary>The bytes of a storage that tensors look at, each counted once.</summary>
    /// <remarks>Never less than they look at; more only where one view has more than 65536 gaps. Unused bytes are so never invented.</remarks>
    /// <param name="storage">The storage.</param>
    /// <param name="views">Tensors; those on other storages do not count. Parts and scales of tensors do.</param>
    public static long CountUsedBytes(Storage storage, IEnumerable<TensorView> views)
    {
        var runs = new List<(long Start, long End)>();
        foreach (TensorView view in views)
        {
            Collect(storage, view, runs);
        }
        runs.Sort();
        long used = 0;
        long end = 0;
        foreach ((long runStart, long runEnd) in runs)
        {
            used += Math.Max(0, runEnd - Math.Max(runStart, end));
            end = Math.Max(end, runEnd);
        }
        return used;
    }

    private static void Collect(Storage storage, TensorView view, List<(long Start, long End)> runs)
    {
        foreach (TensorPart part in view.Parts)
        {
            Collect(storage, part.Tensor, runs);
        }
        if (view.Quantization is Quantization.PerChannel channels)
        {
            Collect(storage, channels.Scales, runs);
            Collect(storage, channels.ZeroPoints, runs);
        }
        if (ReferenceEquals(view.Storage, storage) && view.Layout == TensorLayout.Strided && view.ElementCount > 0)
        {
            CollectRuns(view, runs);
        }
    }

    private static void CollectRuns(TensorView view, List<(long Start, long End)> runs)
    {
        // Which elements are seen does not depend on the order of the dimensions, and expanded ones see nothing more.
        int[] order =
        [
            .. Enumerable
                .Range(0, view.Shape.Length)
                .Where(i => view.Strides[i] > 0 && view.Shape[i] > 1)
                .OrderByDescending(i => view.Strides[i]),
        ];
        var sizes = new long[order.Length + 1];
        var steps = new long[order.Length + 1];
        int rank = StridedCopy.Collapse(
            [.. order.Select(i => view.Shape[i])],
            [.. order.Select(i => view.Strides[i])],
            sizes,
            steps
        );
        int outer = steps[rank - 1] == 1 ? rank - 1 : rank;
        long length = outer < rank ? sizes[outer] : 1;
        Int128 count = 1;
        long last = view.Offset + length - 1;
        for (int i = 0; i < outer; i++)
        {
            count = Int128.Min(count * sizes[i], long.MaxValue);
            last += (sizes[i] - 1) * steps[i];
        }
        if (count > MaxRuns)
        {
            AddRun(view, view.Offset, last + 1 - view.Offset, runs);
            return;
        }
        for (long run = 0; run < (long)count; run++)
        {
            long rest = run;
            long element = view.Offset;
            for (int i = outer - 1; i >= 0; i--)
            {
                (rest, long index) = Math.DivRem(rest, sizes[i]);
                element += index * steps[i];
            }
            AddRun(view, element, length, runs);
        }
    }

    private static void AddRun(TensorView view, long element, long length, List<(long Start, long End)> runs)
    {
        DType dtype = view.DType;
        runs.Add(
            dtype.ValuesPerByte > 1
                // PyTorch packs every row of these types, and rounds each up when it makes the storage: all of it is theirs.
                ? (0, view.Storage.ByteCount)
                : (element * dtype.ItemSize, (element + length) * dtype.ItemSize)
        );
    }
}
