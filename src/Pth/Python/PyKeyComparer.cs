using System.Numerics;
using System.Runtime.CompilerServices;

namespace Pth;

/// <summary>Compares dictionary keys as Python does: by value for what is hashable, <c>True == 1 == 1.0</c>.</summary>
/// <remarks>
/// Hashes are seeded for each process, so that no file can choose keys that collide. Two frozen sets are equal only when they
/// are one object: nothing is lost by it, and two of them cannot be built to take for ever to compare.
/// </remarks>
internal sealed class PyKeyComparer : IEqualityComparer<PyValue>
{
    /// <summary>A key's tuples may hold so many values. Honest keys hold a handful; two nested bombs would take for ever to compare.</summary>
    public const int MaxTupleNodes = 256;

    public static PyKeyComparer Instance { get; } = new();

    /// <summary>Whether Python could use the value as a key, and Pth can compare it in bounded time.</summary>
    public static bool IsHashable(PyValue value) =>
        value switch
        {
            PyString or PyInt => true,
            PyList or PyDict or PyBytes { IsMutable: true } or PySet { IsFrozen: false } => false,
            PyTuple { NodeCount: > MaxTupleNodes } => false,
            PyTuple tuple => AllHashable(tuple),
            _ => true,
        };

    /// <exception cref="ArgumentException">The value is no key.</exception>
    public static void ThrowIfUnhashable(PyValue key)
    {
        if (!IsHashable(key))
        {
            throw new ArgumentException($"A {key.Describe()} cannot be a key in Python.", nameof(key));
        }
    }

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
            (PyGlobal a, PyGlobal b) => a.Is(b.Module, b.Name),
            (PyExtension a, PyExtension b) => a.Code == b.Code,
            (PyInt or PyBool or PyFloat, PyInt or PyBool or PyFloat) => NumbersEqual(x, y),
            _ => false,
        };
    }

    public int GetHashCode(PyValue value) =>
        value switch
        {
            PyString text => text.KeyHash,
            PyTuple tuple => tuple.KeyHash,
            PyInt number => number.KeyHash,
            PyBool or PyFloat => NumberHash(value),
            PyBytes bytes => bytes.KeyHash,
            PyGlobal global => HashCode.Combine(global.Module, global.Name),
            PyExtension extension => HashCode.Combine(extension.Code),
            _ => RuntimeHelpers.GetHashCode(value),
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

    private static bool NumbersEqual(PyValue a, PyValue b)
    {
        if (TryGetInteger(a, out long x) && TryGetInteger(b, out long y))
        {
            return x == y;
        }
        if (a is PyFloat { Value: var left } && b is PyFloat { Value: var right })
        {
            return left == right;
        }
        return IsIntegral(a) && IsIntegral(b) && ToBig(a) == ToBig(b);
    }

    private static int NumberHash(PyValue value)
    {
        if (TryGetInteger(value, out long integer))
        {
            return HashCode.Combine(integer);
        }
        return value switch
        {
            // Every NaN differs from every other, so they must not share a hash either.
            PyFloat { Value: var number } when double.IsNaN(number) => RuntimeHelpers.GetHashCode(value),
            PyFloat { Value: var number } when !IsIntegral(value) => HashCode.Combine(number),
            _ => HashCode.Combine(ToBig(value)),
        };
    }

    private static bool TryGetInteger(PyValue value, out long integer)
    {
        switch (value)
        {
            case PyInt number:
                return number.TryGetInt64(out integer);
            case PyBool boolean:
                integer = boolean.Value ? 1 : 0;
                return true;
            // -2^63 and 2^63 are doubles; every whole one between fits.
            case PyFloat { Value: >= -9223372036854775808.0 and < 9223372036854775808.0 } number
                when Math.Floor(number.Value) == number.Value:
                integer = (long)number.Value;
                return true;
            default:
                integer = 0;
                return false;
        }
    }

    private static bool IsIntegral(PyValue value) =>
        value is not PyFloat number || (double.IsFinite(number.Value) && Math.Floor(number.Value) == number.Value);

    private static BigInteger ToBig(PyValue value) =>
        value switch
        {
            PyFloat number => new BigInteger(number.Value),
            PyBool boolean => boolean.Value ? 1 : 0,
            _ => ((PyInt)value).Value,
        };
}
