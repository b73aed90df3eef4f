using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using Pth.StateDicts;

namespace Pth;

/// <summary>
/// A network's tensors by name, as <c>state_dict()</c> gives them: an ordered dictionary that can be edited as any other.
/// </summary>
/// <remarks>
/// <para>
/// As a dictionary it holds the tensors. A file may keep other values beside them (<c>_extra_state</c>, the scale of a quantized layer,
/// an epoch number): those are in <see cref="Entries"/>, keep their place in the order, follow every rename and are written again.
/// </para>
/// <para>
/// Copies (<see cref="WithoutPrefix"/>, <see cref="Rename"/>, <see cref="Where"/>, ...) share the tensors and their storages; no element is copied.
/// One <see cref="TensorView"/> under two names is one tensor in the file too. Two state dicts are equal only when they are the same
/// object; <see cref="StateDictComparison"/> compares what is in them.
/// </para>
/// </remarks>
public sealed partial class StateDict
{
    private readonly OrderedDictionary<string, PyValue> _entries = new(StringComparer.Ordinal);

    private readonly StateDictKeys _keys = new();

    private bool _isOrdered = true;
    private IReadOnlyList<PyValue> _attributes = [];

    // Made when a tensor is first set: the wrapper that stands for a view, so that a tie stays a tie.
    private Dictionary<TensorView, PyTensor>? _wrappers;

    /// <summary>Makes an empty one.</summary>
    public StateDict() => Entries = new ReadOnlyDictionary<string, PyValue>(_entries);

    /// <summary>Every entry in order, the tensors among them; change them by <see cref="SetEntry"/> and <see cref="Remove(string)"/>.</summary>
    public IReadOnlyDictionary<string, PyValue> Entries { get; }

    /// <summary>
    /// PyTorch's <c>_metadata</c>: a module's path (without a dot at the end; empty for the whole network) to <c>{'version': n}</c>.
    /// Null where there is none, as in a plain dictionary.
    /// </summary>
    public PyDict? Metadata { get; set; }

    /// <summary>The number of tensors.</summary>
    public int Count { get; private set; }

    /// <summary>The tensor of this name. Setting it replaces the entry in its place, or adds one at the end.</summary>
    /// <exception cref="KeyNotFoundException">There is no tensor of this name.</exception>
    public TensorView this[string key]
    {
        get =>
            TryGetValue(key, out TensorView? tensor)
                ? tensor
                : throw new KeyNotFoundException($"The state dict has no tensor '{key}'.");
        set => SetEntry(key, Wrap(value));
    }

    /// <summary>Adds a tensor at the end.</summary>
    /// <exception cref="ArgumentException">The name is taken, by a tensor or by another entry.</exception>
    public void Add(string key, TensorView value)
    {
        if (_entries.ContainsKey(key))
        {
            throw new ArgumentException($"The state dict already has an entry '{key}'.", nameof(key));
        }
        SetEntry(key, Wrap(value));
    }

    /// <summary>Whether there is a tensor of this name.</summary>
    public bool ContainsKey(string key) => _entries.TryGetValue(key, out PyValue? value) && value is PyTensor;

    /// <summary>The tensor of this name, when there is one.</summary>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out TensorView value)
    {
        value = _entries.TryGetValue(key, out PyValue? entry) && entry is PyTensor tensor ? tensor.View : null;
        return value is not null;
    }

    /// <summary>Sets an entry of any kind: in its place when the name is there, else at the end.</summary>
    public void SetEntry(string name, PyValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (_entries.TryGetValue(name, out PyValue? old) && old is PyTensor)
        {
            Count--;
        }
        _entries[name] = value;
        if (value is PyTensor)
        {
            Count++;
        }
    }

    /// <summary>Removes an entry, whether it is a tensor or not.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(string key)
    {
        if (!_entries.Remove(key, out PyValue? value))
        {
            return false;
        }
        if (value is PyTensor)
        {
            Count--;
        }
        _keys.Remove(key);
        return true;
    }

    /// <summary>Removes all entries. <see cref="Metadata"/> stays.</summary>
    public void Clear()
    {
        _entries.Clear();
        _keys.Clear();
        Count = 0;
    }

    /// <summary>Moves an entry to a position among all <see cref="Entries"/>.</summary>
    /// <param name="name">The entry.</param>
    /// <param name="index">Its position afterwards, from 0.</param>
    /// <exception cref="KeyNotFoundException">There is no such entry.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public void MoveTo(string name, int index)
    {
        int old = _entries.IndexOf(name);
        if (old < 0)
        {
            throw new KeyNotFoundException($"The state dict has no entry '{name}'.");
        }
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _entries.Count);
        PyValue value = _entries.GetAt(old).Value;
        _entries.RemoveAt(old);
        _entries.Insert(index, name, value);
    }

    /// <summary>Puts entries in front, in the order given; all others follow in the order they have.</summary>
    /// <exception cref="ArgumentException">A name is not there, or is given twice.</exception>
    public void Reorder(IEnumerable<string> names)
    {
        var ordered = new OrderedDictionary<string, PyValue>(_entries.Count, StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (!_entries.TryGetValue(name, out PyValue? value))
            {
                throw new ArgumentException($"The state dict has no entry '{name}'.", nameof(names));
            }
            if (!ordered.TryAdd(name, value))
            {
                throw new ArgumentException($"The name '{name}' is given twice.", nameof(names));
            }
        }
        foreach ((string name, PyValue value) in _entries)
        {
            ordered.TryAdd(name, value);
        }
        _entries.Clear();
        foreach ((string name, PyValue value) in ordered)
        {
            _entries.Add(name, value);
        }
    }

    private PyTensor Wrap(TensorView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        if (_wrappers is null)
        {
            _wrappers = new Dictionary<TensorView, PyTensor>(ReferenceEqualityComparer.Instance);
            foreach (PyValue value in _entries.Values)
            {
                if (value is PyTensor tensor)
                {
                    _wrappers.TryAdd(tensor.View, tensor);
                }
            }
        }
        if (!_wrappers.TryGetValue(view, out PyTensor? wrapper))
        {
            wrapper = new PyTensor(view);
            _wrappers.Add(view, wrapper);
        }
        return wrapper;
    }
}
