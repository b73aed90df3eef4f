namespace Pth.StateDicts;

/// <summary>A value inside another, with what leads to it.</summary>
/// <param name="Key">The key or attribute; null where <paramref name="Index"/> says the place.</param>
/// <param name="Index">The position in a list, tuple or set, from 0.</param>
/// <param name="Value">The value.</param>
internal readonly record struct PyChild(PyValue? Key, int Index, PyValue Value)
{
    private const string ScriptTagModule = "torch.jit._pickle";

    // An object's state that is no dictionary of attributes has no name of its own.
    private static readonly PyString StateKey = new("<state>");
    private static readonly PyString ArgumentsKey = new("<arguments>");

    /// <summary>Whether a value can have others inside.</summary>
    public static bool HasChildren(PyValue value) => value is PyDict or PyList or PyTuple or PySet or PyObject;

    /// <summary>
    /// The values in a value, in the order of the file; a pickled module's in the order of its <c>state_dict()</c>, and what that leaves out
    /// after it.
    /// </summary>
    public static IEnumerable<PyChild> Of(PyValue value) =>
        value switch
        {
            PyDict dictionary => dictionary.State is null
                ? OfEntries(dictionary)
                : OfEntries(dictionary).Concat(OfStates(dictionary.State, dictionary.LaterStates)),
            PyList list => OfItems(list),
            PyTuple tuple => OfItems(tuple),
            PySet set => OfItems(set),
            PyObject instance => ModuleObject.TryRead(instance) is { } module ? OfModule(instance, module)
            : IsTag(instance) && instance.Arguments is PyTuple { Count: > 0 } tagged ? Of(tagged[0])
            : OfObject(instance),
            _ => [],
        };

    // TorchScript says the type of a list or dictionary by a call around it, which is no step of a path.
    private static bool IsTag(PyObject instance) => instance.Global is { Module: ScriptTagModule };

    private static IEnumerable<PyChild> OfEntries(PyDict dictionary)
    {
        foreach ((PyValue key, PyValue value) in dictionary)
        {
            yield return new(key, 0, value);
        }
    }

    private static IEnumerable<PyChild> OfItems(IEnumerable<PyValue> items)
    {
        int index = 0;
        foreach (PyValue item in items)
        {
            yield return new(null, index, item);
            index++;
        }
    }

    private static IEnumerable<PyChild> OfObject(PyObject instance)
    {
        IEnumerable<PyChild> children = instance.Arguments is PyTuple arguments
            ? OfItems(arguments)
            : [new(ArgumentsKey, 0, instance.Arguments)];
        if (instance.Keywords is PyDict keywords)
        {
            children = children.Concat(OfEntries(keywords));
        }
        if (instance.Items is { } items)
        {
            children = children.Concat(OfItems(items));
        }
        if (instance.Entries is { } entries)
        {
            children = children.Concat(OfEntries(entries));
        }
        return children.Concat(OfStates(instance.State, instance.LaterStates));
    }

    private static IEnumerable<PyChild> OfModule(PyObject instance, ModuleObject module) =>
        OfEntries(module.Parameters)
            .Concat(OfEntries(module.Buffers))
            .Concat(OfEntries(module.Modules))
            .Concat(OfStates(instance.State, instance.LaterStates).Where(child => !module.IsRegistered(child.Key)));

    private static IEnumerable<PyChild> OfStates(PyValue? first, IReadOnlyList<PyValue> later) =>
        later.Count == 0 ? OfState(first) : OfState(first).Concat(later.SelectMany(OfState));

    private static IEnumerable<PyChild> OfState(PyValue? state) =>
        state switch
        {
            null => [],
            PyDict attributes => OfEntries(attributes),
            // Attributes, and those in __slots__.
            PyTuple { Count: 2 } pair when pair[0] is PyDict or PyNone && pair[1] is PyDict or PyNone => OfState(
                    pair[0]
                )
                .Concat(OfState(pair[1])),
            PyNone => [],
            _ => [new(StateKey, 0, state)],
        };
}
