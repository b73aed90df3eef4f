using System.Collections;

namespace Pth;

/// <summary>Python's <c>set</c>, or <c>frozenset</c> where <see cref="IsFrozen"/>, in the order in which the file lists it.</summary>
public sealed class PySet : PyValue, IReadOnlyCollection<PyValue>
{
    private readonly OrderedDictionary<PyValue, bool> _items = new(PyKeyComparer.Instance);
    private PyObject? _source;

    /// <summary>Whether Python's type is <c>frozenset</c>.</summary>
    public bool IsFrozen { get; init; }

    /// <inheritdoc />
    public int Count => _items.Count;

    /// <summary>The call that the value was read from where the pickle had no opcode for it; writing repeats it.</summary>
    internal PyObject? Source
    {
        get => _source;
        init => _source = value;
    }

    /// <summary>Adds an item.</summary>
    /// <returns>Whether it was new.</returns>
    public bool Add(PyValue item)
    {
        bool added = _items.TryAdd(item, value: true);
        if (added)
        {
            _source = null;
        }
        return added;
    }

    /// <summary>Adds an item while the call it belongs to is being read.</summary>
    internal void AddRead(PyValue item) => _items.TryAdd(item, value: true);

    /// <summary>Removes an item.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(PyValue item)
    {
        bool removed = _items.Remove(item);
        if (removed)
        {
            _source = null;
        }
        return removed;
    }

    /// <summary>Whether the item is in the set.</summary>
    public bool Contains(PyValue item) => _items.ContainsKey(item);

    /// <inheritdoc />
    public IEnumerator<PyValue> GetEnumerator() => _items.Keys.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc />
    public override string Describe() => $"{(IsFrozen ? "frozenset" : "set")} of {Count}";
}
