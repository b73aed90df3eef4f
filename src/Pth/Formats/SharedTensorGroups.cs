using Pth.Formats;

namespace Pth;

/// <summary>Finds tensors that share memory, which formats of nothing but tensors cannot say.</summary>
public static class SharedTensorGroups
{
    /// <summary>The groups among some tensors, each of two or more, in the order of their first names.</summary>
    /// <remarks>
    /// Two tensors share when the runs of their storage from the first element to the last overlap, as in <c>safetensors.torch</c>; that one
    /// compares each run with the one before alone and so does not see what lies inside a longer one before that. Tensors without elements or
    /// on the meta device share nothing.
    /// </remarks>
    /// <param name="tensors">The tensors by name.</param>
    public static IReadOnlyList<SharedTensorGroup> Find(IEnumerable<KeyValuePair<string, TensorView>> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var byStorage = new Dictionary<Storage, List<Extent>>(ReferenceEqualityComparer.Instance);
        foreach ((string name, TensorView view) in tensors)
        {
            if (view.ElementCount > 0 && view.Layout == TensorLayout.Strided && !view.Storage.IsMeta)
            {
                if (!byStorage.TryGetValue(view.Storage, out List<Extent>? extents))
                {
                    byStorage.Add(view.Storage, extents = []);
                }
                extents.Add(ExtentOf(name, view));
            }
        }
        var groups = new List<SharedTensorGroup>();
        foreach (List<Extent> extents in byStorage.Values)
        {
            if (extents.Count > 1)
            {
                Split(extents, groups);
            }
        }
        groups.Sort((a, b) => CodePointComparer.Instance.Compare(a.Names[0], b.Names[0]));
        return groups;
    }

    private static void Split(List<Extent> extents, List<SharedTensorGroup> groups)
    {
        extents.Sort((a, b) => a.Start.CompareTo(b.Start));
        int first = 0;
        long end = extents[0].End;
        for (int i = 1; i <= extents.Count; i++)
        {
            if (i < extents.Count && extents[i].Start < end)
            {
                end = Math.Max(end, extents[i].End);
                continue;
            }
            if (i - first > 1)
            {
                groups.Add(Make(extents[first..i], end));
            }
            if (i < extents.Count)
            {
                (first, end) = (i, extents[i].End);
            }
        }
    }

    private static SharedTensorGroup Make(List<Extent> extents, long end)
    {
        long start = extents[0].Start;
        extents.Sort((a, b) => CodePointComparer.Instance.Compare(a.Name, b.Name));
        return new SharedTensorGroup(
            [.. extents.Select(extent => extent.Name)],
            extents.Find(extent => extent.IsComplete)?.Name,
            end - start
        );
    }

    private static Extent ExtentOf(string name, TensorView view)
    {
        if (view.DType.ValuesPerByte > 1)
        {
            return new Extent(name, 0, view.Storage.ByteCount, IsComplete: true);
        }
        long last = view.Offset;
        for (int i = 0; i < view.Shape.Length; i++)
        {
            last += (view.Shape[i] - 1) * view.Strides[i];
        }
        long size = view.DType.ItemSize;
        return new Extent(
            name,
            view.Offset * size,
            (last + 1) * size,
            view.Offset == 0 && view.ByteCount == view.Storage.ByteCount
        );
    }

    private sealed record Extent(string Name, long Start, long End, bool IsComplete);
}
