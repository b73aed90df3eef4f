namespace Pth;

/// <summary>Compares dictionary keys as Python does: by value for what is hashable, <c>True == 1 == 1.0</c>.</summary>
internal sealed class PyKeyComparer : IEqualityComparer<PyValue>
{
    /// <summary>A key's tuples may hold so many values. Honest keys hold a handful; two nested bombs would take for ever to compare.</summary>
    public const int MaxTupleNodes = 4_096;

    public static PyKeyComparer Instance { get; } = new();

    /// <summary>Whether Python could use the value as a key, and Pth can compare it in bounded time.</summary>
    public static bool IsHashable(PyValue value) =>
        value switch
        {
            PyList or PyDict or PyBytes { IsMutable: true } or PySet { IsFrozen: false } => false,
            PyTuple { NodeCount: > MaxTupleNodes } => false,
            PyTuple tuple => AllHashable(tuple),
            _ => true,
        };

    public bool Equals(PyValue? x, PyValue? y)
    {
        if (ReferenceEquals(x, y))
        {
            return true;
        }
        return (x, y) switch
        {
            (PyString a, PyString b) => string.Equals(a.Value, b.Value, StringComparison.Ordinal),
            (PyBytes a, PyBytes b) => a.Value.Span.SequenceEqual(b.Value.Span),
            (PyTuple a, PyTuple b) => TuplesEqual(a, b),
            (PyGlobal a, PyGlobal b) => a.Module == b.Module && a.Name == b.Name,
            (PyInt or PyBool or PyFloat, PyInt or PyBool or PyFloat) => NumbersEqual(x, y),
            _ => false,
        };
    }

    public int GetHashCode(PyValue value) =>
        value switch
        {
            PyString text => text.Value.GetHashCode(StringComparison.Ordinal),
            PyInt or PyBool or PyFloat => NumberHash(value),
            PyBytes bytes => BytesHash(bytes),
            PyTuple tuple => TupleHash(tuple),
            PyGlobal global => HashCode.Combine(global.Module, global.Name),
            PyNone => 0,
            _ => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value),
        };

    private static bool AllHashable(PyTuple tuple)
    {
        foreach (PyValue item in tuple.AsSpan())
        {
            if (!IsHashable(item))
            {
                return false;
            }
        }
        return true;
    }

    private bool TuplesEqual(PyTuple a, PyTuple b)
    {
        if (a.Count != b.Count)
        {
            return false;
        }
        for (int i = 0; i < a.Count; i++)
        {
            if (!Equals(a[i], b[i]))
            {
                return false;
            }
        }
        return true;
    }

    private int TupleHash(PyTuple tuple)
    {
        var hash = new HashCode();
        foreach (PyValue item in tuple.AsSpan())
        {
            hash.Add(GetHashCode(item));
        }
        return hash.ToHashCode();
    }

    private static int BytesHash(PyBytes bytes)
    {
        var hash = new HashCode();
        hash.AddBytes(bytes.Value.Span);
        return hash.ToHashCode();
    }

    private static bool NumbersEqual(PyValue a, PyValue b) =>
        (a, b) switch
        {
            (PyFloat x, PyFloat y) => x.Value == y.Value,
            (PyFloat x, _) => IsIntegral(x.Value) && new System.Numerics.BigInteger(x.Value) == Integer(b),
            (_, PyFloat) => NumbersEqual(b, a),
            _ => Integer(a) == Integer(b),
        };

    private static int NumberHash(PyValue value) =>
        value is PyFloat number && !IsIntegral(number.Value)
            ? number.Value.GetHashCode()
            : (
                value is PyFloat integral ? new System.Numerics.BigInteger(integral.Value) : Integer(value)
            ).GetHashCode();

    private static bool IsIntegral(double value) => double.IsFinite(value) && Math.Floor(value) == value;

    private static System.Numerics.BigInteger Integer(PyValue value) =>
        value is PyBool boolean ? (boolean.Value ? 1 : 0) : ((PyInt)value).Value;
}
