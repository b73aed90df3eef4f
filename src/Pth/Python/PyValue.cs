using System.Numerics;

namespace Pth;

/// <summary>
/// What a pickle holds, as inert data in the shape of <see cref="System.Text.Json.Nodes.JsonNode"/>. Nothing in it is ever
/// called or resolved to a .NET type. Identity is kept: one Python object met twice is one <see cref="PyValue"/>.
/// </summary>
/// <remarks>
/// Values form a graph, not a tree: one may be met by many paths, and a list may hold itself. Whoever walks a graph must
/// remember what it has seen, and must not recurse: <see cref="ReadLimits.MaxDepth"/> bounds the nesting of what was read,
/// but a graph with loops can be entered anywhere and then be deeper than that.
/// </remarks>
public abstract class PyValue
{
    private protected PyValue() { }

    /// <summary>How deep containers nest below this one, itself counted. Only the reader uses it, on values that it has just made.</summary>
    internal int Height { get; set; }

    /// <summary>The entry of a dictionary with this string as its key.</summary>
    /// <exception cref="InvalidOperationException">The value is not a <see cref="PyDict"/>.</exception>
    /// <exception cref="KeyNotFoundException">The dictionary has no such key.</exception>
    public PyValue this[string key] => As<PyDict>()[new PyString(key)];

    /// <summary>The item of a list or tuple at this position.</summary>
    /// <exception cref="InvalidOperationException">The value is neither a <see cref="PyList"/> nor a <see cref="PyTuple"/>.</exception>
    public PyValue this[int index] =>
        this switch
        {
            PyList list => list[index],
            PyTuple tuple => tuple[index],
            _ => throw new InvalidOperationException($"Found {Describe()}, expected a list or tuple."),
        };

    /// <summary>This value as one of the kinds.</summary>
    /// <exception cref="InvalidOperationException">It is of another kind.</exception>
    public T As<T>()
        where T : PyValue =>
        this as T ?? throw new InvalidOperationException($"Found {Describe()}, expected {typeof(T).Name}.");

    /// <summary>A short text for people: the kind, and the value where it is short.</summary>
    public abstract string Describe();

    /// <inheritdoc cref="Describe" />
    public sealed override string ToString() => Describe();

    /// <summary>Makes a <see cref="PyString"/>.</summary>
    public static implicit operator PyValue(string value) => new PyString(value);

    /// <summary>Makes a <see cref="PyInt"/>.</summary>
    public static implicit operator PyValue(long value) => new PyInt(value);

    /// <summary>Makes a <see cref="PyInt"/>.</summary>
    public static implicit operator PyValue(BigInteger value) => new PyInt(value);

    /// <summary>Makes a <see cref="PyFloat"/>.</summary>
    public static implicit operator PyValue(double value) => new PyFloat(value);

    /// <summary>Makes a <see cref="PyBool"/>.</summary>
    public static implicit operator PyValue(bool value) => PyBool.Of(value);

    /// <summary>Makes a <see cref="PyTensor"/>.</summary>
    public static implicit operator PyValue(TensorView value) => new PyTensor(value);
}
