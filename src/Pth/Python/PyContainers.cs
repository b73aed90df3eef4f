namespace Pth;

/// <summary>Which values hold others, for who walks through a graph and remembers where it was.</summary>
internal static class PyContainers
{
    /// <summary>What holds so many values or fewer is looked through each time that it is met; what holds more, once.</summary>
    public const int MostInShort = 8;

    /// <summary>Whether a value is of a kind that holds others.</summary>
    public static bool IsContainer(PyValue value) =>
        value is PyDict or PyList or PyTuple { Count: > 0 } or PySet or PyObject;

    /// <summary>Whether a container is short and holds neither containers nor tensors: nothing needs to be remembered of it.</summary>
    public static bool IsPlain(PyValue container) =>
        container switch
        {
            PyTuple tuple => tuple.Count <= MostInShort && AreLeaves(tuple.AsSpan()),
            PyList list => list.Count <= MostInShort && AreLeaves(list.AsSpan()),
            PyDict dict => dict.Count <= MostInShort && dict.State is null && AreLeaves(dict),
            PySet set => set.Count <= MostInShort && AreLeaves(set),
            _ => false,
        };

    private static bool AreLeaves(ReadOnlySpan<PyValue> values)
    {
        foreach (PyValue value in values)
        {
            if (!IsLeaf(value))
            {
                return false;
            }
        }
        return true;
    }

    private static bool AreLeaves(PyDict dict)
    {
        for (int i = 0; i < dict.Count; i++)
        {
            if (!IsLeaf(dict.GetAt(i).Value))
            {
                return false;
            }
        }
        return true;
    }

    private static bool AreLeaves(PySet set)
    {
        for (int i = 0; i < set.Count; i++)
        {
            if (!IsLeaf(set.GetAt(i)))
            {
                return false;
            }
        }
        return true;
    }

    private static bool IsLeaf(PyValue value) => !IsContainer(value) && value is not PyTensor;
}
