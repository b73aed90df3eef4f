using System.Diagnostics.CodeAnalysis;

namespace Pth.Torch.Optimizers;

/// <summary>Numbers as optimizers and schedulers write them: Python's own, or tensors of one element.</summary>
internal static class PyNumbers
{
    /// <exception cref="OptimizerStateException">It is no number.</exception>
    public static double ToDouble(PyValue value, string where) =>
        value switch
        {
            PyFloat number => number.Value,
            PyInt number => (double)number.Value,
            PyBool flag => flag.Value ? 1 : 0,
            PyTensor { View: { ElementCount: 1, Layout: TensorLayout.Strided } view } when IsReal(view.DType) =>
                view.ReadAs<double>()[0],
            _ => throw Wrong(where, value, "a number"),
        };

    /// <exception cref="OptimizerStateException">It is no whole number.</exception>
    public static long ToInt64(PyValue value, string where)
    {
        if (value is PyInt integer && integer.TryGetInt64(out long small))
        {
            return small;
        }
        double number = ToDouble(value, where);
        // A float counts steps exactly up to 2^53, which also bounds the cast.
        return double.IsInteger(number) && Math.Abs(number) <= 9007199254740992
            ? (long)number
            : throw Wrong(where, value, "a whole number");
    }

    /// <exception cref="OptimizerStateException">It is neither True nor False.</exception>
    public static bool ToBool(PyValue value, string where) =>
        value switch
        {
            PyBool flag => flag.Value,
            PyInt number when number.TryGetInt64(out long bit) && bit is 0 or 1 => bit == 1,
            _ => throw Wrong(where, value, "True or False"),
        };

    /// <summary>The items of a list or tuple.</summary>
    public static bool TryGetItems(PyValue value, [NotNullWhen(true)] out IReadOnlyList<PyValue>? items)
    {
        items = value as IReadOnlyList<PyValue>;
        return items is not null;
    }

    /// <summary>The items of a list or tuple.</summary>
    /// <exception cref="OptimizerStateException">It is neither.</exception>
    public static IReadOnlyList<PyValue> ToItems(PyValue value, string where) =>
        TryGetItems(value, out IReadOnlyList<PyValue>? items) ? items : throw Wrong(where, value, "a list");

    /// <summary>A number as Python has it where its own default is an <c>int</c>: <c>weight_decay=0</c>.</summary>
    public static PyValue WholeIfItIs(double value) =>
        double.IsInteger(value) && Math.Abs(value) < 1e15 ? new PyInt((long)value) : new PyFloat(value);

    public static OptimizerStateException Wrong(string where, PyValue found, string expected) =>
        new($"{where}: found {found.Describe()}, expected {expected}.");

    private static bool IsReal(DType dtype) => !dtype.IsComplex && !dtype.IsQuantized;
}
