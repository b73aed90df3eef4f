namespace Pth;

/// <summary>
/// An object that a pickle asks Python to make: which callable, with which arguments, and what is then done to it.
/// Kept as a description; nothing is made.
/// </summary>
public sealed class PyObject(PyValue callable, PyValue arguments, PyConstruction construction = PyConstruction.Reduce)
    : PyValue
{
    private List<PyValue>? _laterStates;

    /// <summary>The class or function, nearly always a <see cref="PyGlobal"/>.</summary>
    public PyValue Callable { get; } = callable;

    /// <summary>The positional arguments, nearly always a <see cref="PyTuple"/>.</summary>
    public PyValue Arguments { get; } = arguments;

    /// <summary>The keyword arguments of <see cref="PyConstruction.NewObjectWithKeywords"/>; else null.</summary>
    public PyValue? Keywords { get; init; }

    /// <summary>How it is made.</summary>
    public PyConstruction Construction { get; } = construction;

    /// <summary>
    /// Whether it is <c>getattr(outer, name)</c> as Python 3.13 and later write a class in a class at protocol 2: without
    /// remembering the parts.
    /// </summary>
    internal bool IsNestedName { get; init; }

    /// <summary>What TorchScript's class of it declares, where it is a module there; else null.</summary>
    internal PyModuleFields? Fields { get; set; }

    /// <summary>What is then appended to it, as to a list; null where nothing is.</summary>
    public PyList? Items { get; internal set; }

    /// <summary>What is then set on it, as on a dictionary; null where nothing is.</summary>
    public PyDict? Entries { get; internal set; }

    /// <summary>The state it is then given (<c>__setstate__</c>, or its attributes). Null where there is none.</summary>
    public PyValue? State { get; internal set; }

    /// <summary>
    /// What it is given after <see cref="State"/>, in order. Python writes one state for an object; a pickle that gives more has
    /// Python set all of them, one after another.
    /// </summary>
    public IReadOnlyList<PyValue> LaterStates => PyStates.Later(_laterStates);

    /// <summary>The class or function as a name, where it is one.</summary>
    public PyGlobal? Global => Callable as PyGlobal;

    /// <summary>
    /// An attribute of the state that the pickle gives the object, when the state is a dictionary that has it; the last one where
    /// several do.
    /// </summary>
    public PyValue? GetAttribute(string name)
    {
        for (int i = LaterStates.Count; i >= 0; i--)
        {
            PyValue? state = StateAt(i);
            // Objects with __slots__ have a pair of dictionaries.
            PyValue? attributes = state is PyTuple { Count: 2 } pair ? pair[0] : state;
            if (attributes is PyDict dict && dict.TryGetValue(name, out PyValue? value))
            {
                return value;
            }
        }
        return null;
    }

    /// <summary>The state at a position, <see cref="State"/> being the first; null behind the last.</summary>
    internal PyValue? StateAt(int index) => PyStates.At(State, _laterStates, index);

    /// <summary>Gives the object one more state.</summary>
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
    public override string Describe() =>
        $"{(Callable is PyGlobal or PyExtension ? Callable.Describe() : Callable.GetType().Name)} object";
}
