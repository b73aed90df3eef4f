using System.Diagnostics.CodeAnalysis;

namespace Pth.Pickle;

/// <summary>What a pickle remembers: index to value.</summary>
/// <remarks>
/// Picklers count from 0 (Python 2 from 1), so arrays serve; an index far beyond what has been remembered goes to a dictionary,
/// so that one <c>LONG_BINPUT</c> of 4,294,967,295 costs as little as any other. Many arrays and not one that grows: nothing is
/// copied, and none is so large that the collector treats it apart.
/// </remarks>
internal sealed class PickleMemo(int maxEntries)
{
    private const int Slack = 1_024;
    private const int PageBits = 9;
    private const int PageMask = (1 << PageBits) - 1;

    private PyValue?[]?[] _pages = new PyValue?[16][];
    private Dictionary<long, PyValue>? _far;

    /// <summary>How many indices hold a value.</summary>
    public int Count { get; private set; }

    /// <summary>Whether an array serves for an index.</summary>
    public bool IsNear(long index) => index <= (2L * Count) + Slack;

    /// <returns>False when it would be one more than allowed.</returns>
    public bool TryPut(long index, PyValue value)
    {
        bool isNew;
        if (IsNear(index))
        {
            ref PyValue? slot = ref SlotOf((int)index);
            isNew = slot is null && (_far is null || !_far.Remove(index));
            slot = value;
        }
        else
        {
            _far ??= [];
            isNew = !_far.ContainsKey(index);
            _far[index] = value;
        }
        if (isNew)
        {
            if (Count >= maxEntries)
            {
                return false;
            }
            Count++;
        }
        return true;
    }

    public bool TryGet(long index, [MaybeNullWhen(false)] out PyValue value)
    {
        long page = index >> PageBits;
        value = (ulong)page < (ulong)_pages.Length ? _pages[page]?[index & PageMask] : null;
        return value is not null || (_far is not null && _far.TryGetValue(index, out value));
    }

    private ref PyValue? SlotOf(int index)
    {
        int page = index >> PageBits;
        if (page >= _pages.Length)
        {
            Array.Resize(ref _pages, Math.Max(page + 1, 2 * _pages.Length));
        }
        return ref (_pages[page] ??= new PyValue?[1 << PageBits])[index & PageMask];
    }
}
