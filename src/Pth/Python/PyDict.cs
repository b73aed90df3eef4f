using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Pth;

/// <summary>Python's <c>dict</c>, or <c>collections.OrderedDict</c> where <see cref="IsOrdered"/>. Both keep the order of insertion.</summary>
public sealed class PyDict : PyValue, IDictionary<PyValue, PyValue>
{
    private static readonly OrderedDictionary<PyValue, PyValue> None = new(PyKeyComparer.Instance);

    // Made with the first entry: a pickle has an empty dictionary beside every tensor, and asks for one with a single byte.
    private OrderedDictionary<PyValue, PyValue>? _entries;
    private List<PyValue>? _laterStates;

    /// <summary>Whether Python's type is <c>collections.OrderedDict</c>.</summary>
    public bool IsOrdered { get; init; }

    /// <summary>
    /// The attributes that were set on the dictionary itself, as its <c>BUILD</c> opcode gives them: a dictionary with
    /// <c>_metadata</c> for a state dict. Null where there are none. Set, it takes the place of <see cref="LaterStates"/> too.
    /// </summary>
    public PyValue? State
    {
        get;
        set
        {
            field = value;
            _laterStates = null;
        }
    }

    /// <summary>
    /// What it is given after <see cref="State"/>, in order. Python writes one state for a dictionary; a pickle that gives more has
    /// Python set all of them, one after another.
    /// </summary>
    public IReadOnlyList<PyValue> LaterStates => PyStates.Later(_laterStates);

    /// <inheritdoc />
    public int Count => _entries?.Count ?? 0;

    /// <inheritdoc />
    public bool IsReadOnly => false;

    /// <inheritdoc />
    public ICollection<PyValue> Keys => Read.Keys;

    /// <inheritdoc />
    public ICollection<PyValue> Values => Read.Values;

    /// <summary>The value under a key.</summary>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    /// <exception cref="ArgumentException">The key that is set is of a kind that Python cannot hash.</exception>
    public PyValue this[PyValue key]
    {
        get =>
            Read.TryGetValue(key, out PyValue? value)
                ? value
                : throw new KeyNotFoundException($"The dictionary has no key {key.Describe()}.");
        set
        {
            PyKeyComparer.ThrowIfUnhashable(key);
            SetRead(key, value);
        }
    }

    /// <summary>The value under a string.</summary>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    public new PyValue this[string key]
    {
        get => this[new PyString(key)];
        set => this[new PyString(key)] = value;
    }

    /// <summary>The entry at a position, in order of insertion.</summary>
    public KeyValuePair<PyValue, PyValue> GetAt(int index) => Read.GetAt(index);

    /// <summary>The value under a string, when there is one.</summary>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out PyValue value) =>
        Read.TryGetValue(new PyString(key), out value);

    /// <inheritdoc />
    public bool TryGetValue(PyValue key, [MaybeNullWhen(false)] out PyValue value) => Read.TryGetValue(key, out value);

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The key is there already, or is of a kind that Python cannot hash.</exception>
    public void Add(PyValue key, PyValue value)
    {
        PyKeyComparer.ThrowIfUnhashable(key);
        Write.Add(key, value);
    }

    /// <inheritdoc />
    public void Add(KeyValuePair<PyValue, PyValue> item) => Add(item.Key, item.Value);

    /// <inheritdoc />
    public bool ContainsKey(PyValue key) => Read.ContainsKey(key);

    /// <inheritdoc />
    public bool Contains(KeyValuePair<PyValue, PyValue> item) =>
        Read.TryGetValue(item.Key, out PyValue? value) && ReferenceEquals(value, item.Value);

    /// <inheritdoc />
    public bool Remove(PyValue key) => _entries is not null && _entries.Remove(key);

    /// <inheritdoc />
    public bool Remove(KeyValuePair<PyValue, PyValue> item) => Contains(item) && Remove(item.Key);

    /// <inheritdoc />
    public void Clear() => _entries?.Clear();

    /// <inheritdoc />
    public void CopyTo(KeyValuePair<PyValue, PyValue>[] array, int arrayIndex) =>
        ((ICollection<KeyValuePair<PyValue, PyValue>>)Read).CopyTo(array, arrayIndex);

    /// <inheritdoc />
    public IEnumerator<KeyValuePair<PyValue, PyValue>> GetEnumerator() => Read.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private OrderedDictionary<PyValue, PyValue> Read => _entries ?? None;

    private OrderedDictionary<PyValue, PyValue> Write => _entries ??= new(PyKeyComparer.Instance);

    /// <summary>Makes room for so many entries at once.</summary>
    internal void EnsureCapacity(int count) => Write.EnsureCapacity(count);

    /// <summary>Sets an entry whose key is known to be hashable. As in Python, a key that is there stays where and as it is.</summary>
    internal void SetRead(PyValue key, PyValue value) => Write[key] = value;

    /// <summary><see cref="State"/> and <see cref="LaterStates"/>.</summary>
    internal IEnumerable<PyValue> States => State is null ? [] : [State, .. LaterStates];

    /// <summary>The state at a position, <see cref="State"/> being the first; null behind the last.</summary>
    internal PyValue? StateAt(int index) => PyStates.At(State, _laterStates, index);

    /// <summary>Gives the dictionary one more state.</summary>
    /// <returns>Whether there was room for it.</returns>
    internal bool TryAddState(PyValue state)
    {
        if (State is not null)
        {
            return PyStates.TryAdd(ref _laterStates, state);
        }
        State = state;
        return true;
    }

    /// <inheritdoc />
    public override string Describe() => $"{(IsOrdered ? "OrderedDict" : "dict")} of {Count}";
}
