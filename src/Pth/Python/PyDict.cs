using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Pth;

/// <summary>Python's <c>dict</c>, or <c>collections.OrderedDict</c> where <see cref="IsOrdered"/>. Both keep the order of insertion.</summary>
public sealed class PyDict : PyValue, IDictionary<PyValue, PyValue>
{
    private readonly OrderedDictionary<PyValue, PyValue> _entries = new(PyKeyComparer.Instance);

    /// <summary>Whether Python's type is <c>collections.OrderedDict</c>.</summary>
    public bool IsOrdered { get; init; }

    /// <summary>
    /// The attributes that were set on the dictionary itself, as its <c>BUILD</c> opcode gives them: a dictionary with
    /// <c>_metadata</c> for a state dict. Null where there are none.
    /// </summary>
    public PyValue? State { get; set; }

    /// <inheritdoc />
    public int Count => _entries.Count;

    /// <inheritdoc />
    public bool IsReadOnly => false;

    /// <inheritdoc />
    public ICollection<PyValue> Keys => _entries.Keys;

    /// <inheritdoc />
    public ICollection<PyValue> Values => _entries.Values;

    /// <summary>The value under a key.</summary>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    public PyValue this[PyValue key]
    {
        get =>
            _entries.TryGetValue(key, out PyValue? value)
                ? value
                : throw new KeyNotFoundException($"The dictionary has no key {key.Describe()}.");
        set => _entries[key] = value;
    }

    /// <summary>The value under a string.</summary>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    public new PyValue this[string key]
    {
        get => this[new PyString(key)];
        set => this[new PyString(key)] = value;
    }

    /// <summary>The entry at a position, in order of insertion.</summary>
    public KeyValuePair<PyValue, PyValue> GetAt(int index) => _entries.GetAt(index);

    /// <summary>The value under a string, when there is one.</summary>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out PyValue value) =>
        _entries.TryGetValue(new PyString(key), out value);

    /// <inheritdoc />
    public bool TryGetValue(PyValue key, [MaybeNullWhen(false)] out PyValue value) =>
        _entries.TryGetValue(key, out value);

    /// <inheritdoc />
    public void Add(PyValue key, PyValue value) => _entries.Add(key, value);

    /// <inheritdoc />
    public void Add(KeyValuePair<PyValue, PyValue> item) => _entries.Add(item.Key, item.Value);

    /// <inheritdoc />
    public bool ContainsKey(PyValue key) => _entries.ContainsKey(key);

    /// <inheritdoc />
    public bool Contains(KeyValuePair<PyValue, PyValue> item) =>
        _entries.TryGetValue(item.Key, out PyValue? value) && ReferenceEquals(value, item.Value);

    /// <inheritdoc />
    public bool Remove(PyValue key) => _entries.Remove(key);

    /// <inheritdoc />
    public bool Remove(KeyValuePair<PyValue, PyValue> item) => Contains(item) && _entries.Remove(item.Key);

    /// <inheritdoc />
    public void Clear() => _entries.Clear();

    /// <inheritdoc />
    public void CopyTo(KeyValuePair<PyValue, PyValue>[] array, int arrayIndex) =>
        ((ICollection<KeyValuePair<PyValue, PyValue>>)_entries).CopyTo(array, arrayIndex);

    /// <inheritdoc />
    public IEnumerator<KeyValuePair<PyValue, PyValue>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc />
    public override string Describe() => $"{(IsOrdered ? "OrderedDict" : "dict")} of {Count}";
}
