using System.Collections;
using System.Runtime.CompilerServices;

namespace Pth;

/// <summary>Python's <c>tuple</c>.</summary>
[CollectionBuilder(typeof(PyTuple), nameof(Create))]
public sealed class PyTuple : PyValue, IReadOnlyList<PyValue>
{
    private readonly PyValue[] _items;
    private int _hash;

    /// <summary>Makes one of its items.</summary>
    public PyTuple(params ReadOnlySpan<PyValue> items)
        : this(items.ToArray(), owned: true) { }

    internal PyTuple(PyValue[] items, bool owned)
    {
        _items = owned ? items : [.. items];
        int nodes = 1;
        foreach (PyValue item in items)
        {
            nodes =
                Math.Min(int.MaxValue / 2, nodes)
                + (item is PyTuple tuple ? Math.Min(int.MaxValue / 2, tuple.NodeCount) - 1 : 0)
                + 1;
        }
        NodeCount = nodes;
    }

    /// <summary>Python's <c>()</c>, of which there is one.</summary>
    public static PyTuple Empty { get; } = new([], owned: true);

    /// <inheritdoc />
    public int Count => _items.Length;

    /// <inheritdoc cref="IReadOnlyList{T}.this" />
    public new PyValue this[int index] => _items[index];

    /// <summary>How many values this tuple and the tuples in it hold, shared ones counted each time. Bounds the cost of comparing two.</summary>
    internal int NodeCount { get; }

    /// <summary>The hash of the items, kept: a file may use one tuple as a key over and over.</summary>
    internal int KeyHash
    {
        get
        {
            if (_hash == 0)
            {
                var hash = new HashCode();
                foreach (PyValue item in _items)
                {
                    hash.Add(PyKeyComparer.Instance.GetHashCode(item));
                }
                _hash = hash.ToHashCode();
            }
            return _hash;
        }
    }

    /// <summary>Makes one of its items.</summary>
    public static PyTuple Create(ReadOnlySpan<PyValue> items) =>
        items.IsEmpty ? Empty : new PyTuple(items.ToArray(), owned: true);

    /// <inheritdoc />
    public IEnumerator<PyValue> GetEnumerator() => ((IEnumerable<PyValue>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The items, without a copy.</summary>
    /// <summary>Puts another value in the place of one that is no tuple, for who has just read it.</summary>
    /// <returns>False when it is a key, whose place in a dictionary depends on what it holds.</returns>
    internal bool TryReplace(int index, PyValue item)
    {
        if (_hash != 0)
        {
            return false;
        }
        _items[index] = item;
        return true;
    }

    internal ReadOnlySpan<PyValue> AsSpan() => _items;

    /// <inheritdoc />
    public override string Describe() => $"tuple of {Count}";
}
