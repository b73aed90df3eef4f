namespace Pth;

/// <summary>
/// An object that a pickle asks Python to make: which callable, with which arguments, and what is then done to it.
/// Kept as a description; nothing is made.
/// </summary>
public sealed class PyObject(PyValue callable, PyValue arguments, PyConstruction construction = PyConstruction.Reduce)
    : PyValue
{
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

    /// <summary>What is then appended to it, as to a list; null where nothing is.</summary>
    public PyList? Items { get; internal set; }

    /// <summary>What is then set on it, as on a dictionary; null where nothing is.</summary>
    public PyDict? Entries { get; internal set; }

    /// <summary>The state it is then given (<c>__setstate__</c>, or its attributes). Null where there is none.</summary>
    public PyValue? State { get; internal set; }

    /// <summary>The class or function as a name, where it is one.</summary>
    public PyGlobal? Global => Callable as PyGlobal;

    /// <summary>An attribute of the state that the pickle gives the object, when the state is a dictionary that has it.</summary>
    public PyValue? GetAttribute(string name)
    {
        // Objects with __slots__ have a pair of dictionaries.
        PyValue? attributes = State is PyTuple { Count: 2 } pair ? pair[0] : State;
        return attributes is PyDict dict && dict.TryGetValue(name, out PyValue? value) ? value : null;
    }

    /// <inheritdoc />
    public override string Describe() =>
        $"{(Callable is PyGlobal global ? global.FullName : Callable.GetType().Name)} object";
}
