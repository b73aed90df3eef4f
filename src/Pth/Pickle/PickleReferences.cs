using System.Runtime.CompilerServices;

namespace Pth.Pickle;

/// <summary>What a pickle that is being written remembers: value to index, by identity.</summary>
/// <remarks>
/// A hash table of its own, as every second opcode asks it; the entries of a Dictionary with a comparer behind an interface cost
/// twice as much.
/// </remarks>
internal sealed class PickleReferences
{
    private PyValue?[] _values = new PyValue?[256];
    private int[] _indices = new int[256];
    private int _entries;

    /// <summary>The index of what is remembered next.</summary>
    public int Count { get; private set; }

    public bool TryGet(PyValue value, out int index)
    {
        int slot = FindSlot(value);
        index = _indices[slot];
        return _values[slot] is not null;
    }

    /// <summary>Gives the next index to a value.</summary>
    public int Add(PyValue value)
    {
        Alias(value, Count);
        return Count++;
    }

    /// <summary>Gives the next index to a value that is not met again.</summary>
    public int AddUnseen() => Count++;

    /// <summary>Lets another value stand for one that has an index.</summary>
    public void Alias(PyValue value, int index)
    {
        if (2 * _entries >= _values.Length)
        {
            Grow();
        }
        int slot = FindSlot(value);
        if (_values[slot] is null)
        {
            _entries++;
        }
        _values[slot] = value;
        _indices[slot] = index;
    }

    private int FindSlot(PyValue value)
    {
        int mask = _values.Length - 1;
        // The runtime's hashes are random; the product spreads them over the upper bits all the same.
        int slot = unchecked((int)((uint)RuntimeHelpers.GetHashCode(value) * 0x9E3779B9u >> 7)) & mask;
        while (_values[slot] is { } other && !ReferenceEquals(other, value))
        {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void Grow()
    {
        PyValue?[] values = _values;
        int[] indices = _indices;
        _values = new PyValue?[2 * values.Length];
        _indices = new int[2 * values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] is { } value)
            {
                int slot = FindSlot(value);
                _values[slot] = value;
                _indices[slot] = indices[i];
            }
        }
    }
}
