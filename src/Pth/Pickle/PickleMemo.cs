using System.Diagnostics.CodeAnalysis;

namespace Pth.Pickle;

/// <summary>What a pickle remembers: index to value.</summary>
/// <remarks>
/// Picklers count from 0 (Python 2 from 1), so an array serves; an index far beyond what has been remembered goes to a dictionary,
/// so that one <c>LONG_BINPUT</c> of 4,294,967,295 costs as little as any other.
/// </remarks>
internal sealed class PickleMemo(int maxEntries)
{
    private const int Slack = 1_024;

    private PyValue?[] _dense = new PyValue?[Slack];
    private Dictionary<long, PyValue>? _sparse;

    /// <summary>How many indices hold a value.</summary>
    public int Count { get; private set; }

    /// <returns>False when it would be one more than allowed.</returns>
    public bool TryPut(long index, PyValue value)
    {
        if ((ulong)index >= (ulong)_dense.Length && index <= (2L * Count) + Slack)
        {
            Grow(index);
        }
        if ((ulong)index < (ulong)_dense.Length)
        {
            bool isNew = _dense[index] is null;
            _dense[index] = value;
            return !isNew || CountOne();
        }
        _sparse ??= [];
        bool isNewIndex = !_sparse.ContainsKey(index);
        _sparse[index] = value;
        return !isNewIndex || CountOne();
    }

    public bool TryGet(long index, [MaybeNullWhen(false)] out PyValue value)
    {
        if ((ulong)index < (ulong)_dense.Length)
        {
            value = _dense[index];
            return value is not null;
        }
        value = null;
        return _sparse is not null && _sparse.TryGetValue(index, out value);
    }

    private bool CountOne()
    {
        if (Count >= maxEntries)
        {
            return false;
        }
        Count++;
        return true;
    }

    private void Grow(long index)
    {
        int length = (int)Math.Min(Array.MaxLength, Math.Max(index + 1, 2L * _dense.Length));
        int old = _dense.Length;
        Array.Resize(ref _dense, length);
        if (_sparse is null)
        {
            return;
        }
        // What was far away may now lie inside the array, where it will be looked for.
        foreach ((long far, PyValue value) in _sparse)
        {
            if (far >= old && far < length)
            {
                _dense[far] = value;
                _sparse.Remove(far);
            }
        }
    }
}
