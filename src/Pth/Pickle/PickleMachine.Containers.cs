using System.Diagnostics.CodeAnalysis;

namespace Pth.Pickle;

/// <content>Lists, tuples, dictionaries and sets, and what fills them.</content>
internal ref partial struct PickleMachine
{
    private void MakeTuple(int first)
    {
        ChargeHeld(From(first), sizeof(long), before: 0);
        Charge(TuplePrice);
        Replace(first, new PyTuple(From(first).ToArray(), owned: true));
    }

    private void MakeList()
    {
        int first = PopMark();
        Charge(ListPrice);
        var list = new PyList();
        AddAll(list, From(first));
        Replace(first, list);
    }

    private void MakeDict()
    {
        int first = PopMark();
        Charge(DictionaryPrice);
        var dict = new PyDict();
        SetAll(dict, From(first));
        Replace(first, dict);
    }

    private void MakeFrozenSet()
    {
        int first = PopMark();
        Charge(DictionaryPrice);
        var set = new PySet { IsFrozen = true };
        AddAll(set, From(first));
        Replace(first, set);
    }

    private void Append()
    {
        int last = Below(2) + 1;
        AddAll(ListToFill(_stack[last - 1]), From(last));
        Drop(last);
    }

    private void Appends()
    {
        int first = PopMark();
        PyList list = ListToFill(_stack[OwnerBelow(first)]);
        AddAll(list, From(first));
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

    private PyList ListToFill(PyValue value) =>
        value switch
        {
            PyList list => list,
            PyObject called => called.Items ??= MakeItems(),
            _ => throw Error($"{value.Describe()} to append to", "a list"),
        };

    private PyDict DictToFill(PyValue value) =>
        value switch
        {
            PyDict dict => dict,
            PyObject called => called.Entries ??= MakeEntries(),
            _ => throw Error($"{value.Describe()} to set items of", "a dictionary"),
        };

    private PyList MakeItems()
    {
        Charge(ListPrice);
        return new PyList();
    }

    private PyDict MakeEntries()
    {
        Charge(DictionaryPrice);
        return new PyDict();
    }

    private void AddAll(PyList list, ReadOnlySpan<PyValue> items)
    {
        Charge(list.Count == 0 ? ListPrice : 0);
        ChargeHeld(items, ListItemPrice, list.Count);
        list.AddRange(items);
    }

    private void SetAll(PyDict dict, ReadOnlySpan<PyValue> keysAndValues)
    {
        if (keysAndValues.Length % 2 != 0)
        {
            throw Error($"{keysAndValues.Length} keys and values", "an even number");
        }
        Charge(dict.Count == 0 ? FirstEntriesPrice : 0);
        ChargeHeld(keysAndValues, KeyPrice / 2, dict.Count);
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

    private void AddAll(PySet set, ReadOnlySpan<PyValue> items)
    {
        Charge(set.Count == 0 ? FirstEntriesPrice : 0);
        ChargeHeld(items, KeyPrice, set.Count);
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
