using System.Collections;
using System.Runtime.InteropServices;

namespace Pth;

/// <summary>Python's <c>list</c>.</summary>
public sealed class PyList : PyValue, IList<PyValue>, IReadOnlyList<PyValue>
{
    private readonly List<PyValue> _items = [];

    /// <summary>The number of items.</summary>
    public int Count => _items.Count;

    /// <inheritdoc />
    public bool IsReadOnly => false;

    /// <inheritdoc cref="IList{T}.this" />
    public new PyValue this[int index]
    {
        get => _items[index];
        set => _items[index] = value;
    }

    /// <inheritdoc />
    public void Add(PyValue item) => _items.Add(item);

    /// <inheritdoc />
    public void Insert(int index, PyValue item) => _items.Insert(index, item);

    /// <inheritdoc />
    public void RemoveAt(int index) => _items.RemoveAt(index);

    /// <inheritdoc />
    public bool Remove(PyValue item) => _items.Remove(item);

    /// <inheritdoc />
    public void Clear() => _items.Clear();

    /// <inheritdoc />
    public bool Contains(PyValue item) => _items.Contains(item);

    /// <inheritdoc />
    public int IndexOf(PyValue item) => _items.IndexOf(item);

    /// <inheritdoc />
    public void CopyTo(PyValue[] array, int arrayIndex) => _items.CopyTo(array, arrayIndex);

    /// <inheritdoc />
    public IEnumerator<PyValue> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void AddRange(ReadOnlySpan<PyValue> items) => _items.AddRange(items);

    /// <summary>The items, without a copy; valid until the list changes.</summary>
    internal ReadOnlySpan<PyValue> AsSpan() => CollectionsMarshal.AsSpan(_items);

    /// <inheritdoc />
    public override string Describe() => $"list of {Count}";
}
