using System.Collections;

namespace Pth;

/// <summary>Python's <c>set</c>, or <c>frozenset</c> where <see cref="IsFrozen"/>, in the order in which the file lists it.</summary>
public sealed class PySet : PyValue, IReadOnlyCollection<PyValue>
{
    private OrderedDictionary<PyValue, bool>? _items;
    private PyObject? _source;

    /// <summary>Whether Python's type is <c>frozenset</c>.</summary>
    public bool IsFrozen { get; init; }

    /// <inheritdoc />
    public int Count => _items?.Count ?? 0;

    /// <summary>The call that the value was read from where the pickle had no opcode for it; writing repeats it.</summary>
    internal PyObject? Source
    {
        get => _source;
        init => _source = value;
    }

    /// <summary>Adds an item.</summary>
    /// <returns>Whether it was new.</returns>
    /// <exception cref="ArgumentException">It is of a kind that Python cannot hash.</exception>
    public bool Add(PyValue item)
    {
        PyKeyComparer.ThrowIfUnhashable(item);
        bool added = AddRead(item);
        if (added)
        {
            _source = null;
        }
        return added;
    }

    /// <summary>Adds an item, known to be hashable, while the set is being read.</summary>
    internal bool AddRead(PyValue item) => (_items ??= new(PyKeyComparer.Instance)).TryAdd(item, value: true);

    /// <summary>The item at a position, in the order of the file.</summary>
    internal PyValue GetAt(int index) => _items!.GetAt(index).Key;

    /// <summary>Removes an item.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(PyValue item)
    {
        bool removed = _items is not null && _items.Remove(item);
        if (removed)
        {
            _source = null;
        }
        return removed;
    }

    /// <summary>Whether the item is in the set.</summary>
    public bool Contains(PyValue item) => _items is not null && _items.ContainsKey(item);

    /// <inheritdoc />
    public IEnumerator<PyValue> GetEnumerator() =>
        _items is null ? Enumerable.Empty<PyValue>().GetEnumerator() : _items.Keys.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc />
    public override string Describe() => $"{(IsFrozen ? "frozenset" : "set")} of {Count}";
}
