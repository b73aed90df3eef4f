using System.Runtime.CompilerServices;

namespace Pth.Pickle;

/// <summary>What a pickle that is being written remembers: value to index, by identity.</summary>
/// <remarks>A hash table of its own, as nearly every opcode asks it: a Dictionary asks its comparer through an interface, and twice.</remarks>
internal sealed class PickleReferences
{
    private Entry[] _entries = new Entry[1 << 10];
    private int _used;

    /// <summary>The index of what is remembered next.</summary>
    public int Count { get; private set; }

    public bool TryGet(PyValue value, out int index)
    {
        ref Entry entry = ref Find(value);
        index = entry.Index;
        return entry.Value is not null;
    }

    /// <summary>Gives the next index to a value, unless it has one.</summary>
    /// <returns>Whether it was new.</returns>
    public bool TryAdd(PyValue value, out int index)
    {
        ref Entry entry = ref Find(value);
        if (entry.Value is not null)
        {
            index = entry.Index;
            return false;
        }
        index = Count++;
        Fill(ref entry, value, index);
        return true;
    }

    /// <summary>Gives the next index to a value that is not met again.</summary>
    public int AddUnseen() => Count++;

    /// <summary>Lets a value that has no index stand for one that has this.</summary>
    public void Alias(PyValue value, int index) => Fill(ref Find(value), value, index);

    private void Fill(ref Entry entry, PyValue value, int index)
    {
        entry = new Entry { Value = value, Index = index };
        _used++;
        if (4 * _used > 3 * _entries.Length)
        {
            Grow();
        }
    }

    private ref Entry Find(PyValue value)
    {
        Entry[] entries = _entries;
        int mask = entries.Length - 1;
        // The runtime's hashes are 26 random bits, enough for the largest table.
        int slot = RuntimeHelpers.GetHashCode(value) & mask;
        while (entries[slot].Value is { } other && !ReferenceEquals(other, value))
        {
            slot = (slot + 1) & mask;
        }
        return ref entries[slot];
    }

    private void Grow()
    {
        Entry[] old = _entries;
        _entries = new Entry[2 * old.Length];
        foreach (Entry entry in old)
        {
            if (entry.Value is not null)
            {
                Find(entry.Value) = entry;
            }
        }
    }

    private struct Entry
    {
        public PyValue? Value;
        public int Index;
    }
}
