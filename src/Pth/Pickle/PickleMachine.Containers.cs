using System.Diagnostics.CodeAnalysis;

namespace Pth.Pickle;

/// <content>Lists, tuples, dictionaries and sets, and what fills them.</content>
internal ref partial struct PickleMachine
{
    private void MakeTuple(int first) => Replace(first, new PyTuple(From(first).ToArray(), owned: true));

    private void MakeList()
    {
        int first = PopMark();
        var list = new PyList();
        list.AddRange(From(first));
        Replace(first, list);
    }

    private void MakeDict()
    {
        int first = PopMark();
        var dict = new PyDict();
        SetAll(dict, From(first));
        Replace(first, dict);
    }

    private void MakeFrozenSet()
    {
        int first = PopMark();
        var set = new PySet { IsFrozen = true };
        AddAll(set, From(first));
        Replace(first, set);
    }

    private void Append()
    {
        int last = Below(2) + 1;
        ListToFill(_stack[last - 1]).Add(_stack[last]);
        Drop(last);
    }

    private void Appends()
    {
        int first = PopMark();
        PyList list = ListToFill(_stack[OwnerBelow(first)]);
        list.AddRange(From(first));
        Drop(first);
    }

    private void SetItem()
    {
        int first = Below(3) + 1;
        SetAll(DictToFill(_stack[first - 1]), From(first));
        Drop(first);
    }

    private void SetItems()
    {
        int first = PopMark();
        SetAll(DictToFill(_stack[OwnerBelow(first)]), From(first));
        Drop(first);
    }

    private void AddItems()
    {
        int first = PopMark();
        PyValue owner = _stack[OwnerBelow(first)];
        if (owner is not PySet { IsFrozen: false } set)
        {
            throw Error($"{owner.Describe()} to add to", "a set");
        }
        AddAll(set, From(first));
        Drop(first);
    }

    /// <summary>The index of the container that a mark stands on.</summary>
    private readonly int OwnerBelow(int first) =>
        first > _floor ? first - 1 : throw Error("a mark with nothing below it", "the container to fill");

    private readonly PyList ListToFill(PyValue value) =>
        value switch
        {
            PyList list => list,
            PyObject called => called.Items ??= new PyList(),
            _ => throw Error($"{value.Describe()} to append to", "a list"),
        };

    private readonly PyDict DictToFill(PyValue value) =>
        value switch
        {
            PyDict dict => dict,
            PyObject called => called.Entries ??= new PyDict(),
            _ => throw Error($"{value.Describe()} to set items of", "a dictionary"),
        };

    private readonly void SetAll(PyDict dict, ReadOnlySpan<PyValue> keysAndValues)
    {
        if (keysAndValues.Length % 2 != 0)
        {
            throw Error($"{keysAndValues.Length} keys and values", "an even number");
        }
        if (dict.Count == 0)
        {
            dict.EnsureCapacity(keysAndValues.Length / 2);
        }
        for (int i = 0; i < keysAndValues.Length; i += 2)
        {
            SetOne(dict, keysAndValues[i], keysAndValues[i + 1]);
        }
    }

    private readonly void SetOne(PyDict dict, PyValue key, PyValue value)
    {
        CheckKey(key);
        dict.SetRead(key, value);
    }

    private readonly void AddAll(PySet set, ReadOnlySpan<PyValue> items)
    {
        foreach (PyValue item in items)
        {
            CheckKey(item);
            set.AddRead(item);
        }
    }

    private readonly void CheckKey(PyValue key)
    {
        if (!PyKeyComparer.IsHashable(key))
        {
            throw Error($"{key.Describe()} as a key", "a value that Python can hash");
        }
    }

    /// <summary>What Python's <c>for</c> would go through, where that is plain data.</summary>
    private static bool TryIterate(PyValue value, [NotNullWhen(true)] out IEnumerable<PyValue>? items)
    {
        items = value switch
        {
            PyList list => list,
            PyTuple tuple => tuple,
            PySet set => set,
            PyDict dict => dict.Keys,
            _ => null,
        };
        return items is not null;
    }
}
