using System.Globalization;
using System.Text;

namespace Pth.StateDicts;

/// <summary>Values as Python prints them.</summary>
internal static class PythonRepr
{
    /// <summary>What <c>str(value)</c> gives: strings without quotes.</summary>
    public static string Str(PyValue value) => value is PyString text ? text.Value : Repr(value);

    /// <summary>What <c>repr(value)</c> gives, for numbers, strings, None and short tuples and lists of them; else a description.</summary>
    public static string Repr(PyValue value) =>
        value switch
        {
            PyFloat number => Float(number.Value),
            PyTuple { NodeCount: <= PyKeyComparer.MaxTupleNodes } tuple => Items(
                "(",
                tuple,
                tuple.Count == 1 ? ",)" : ")"
            ),
            PyList { Count: <= 16 } list
                when list.All(item => item is PyInt or PyFloat or PyString or PyBool or PyNone) => Items(
                "[",
                list,
                "]"
            ),
            // torch.Size((4,)) is a call with a tuple.
            PyObject { Arguments: PyTuple { Count: 1 } arguments } call
                when call.Global?.Is("torch", "Size") == true && arguments[0] is PyTuple sizes => Repr(sizes),
            _ => value.Describe(),
        };

    private static string Items(string open, IReadOnlyList<PyValue> items, string close)
    {
        var text = new StringBuilder(open);
        for (int i = 0; i < items.Count; i++)
        {
            text.Append(i > 0 ? ", " : "").Append(Repr(items[i]));
        }
        return text.Append(close).ToString();
    }

    /// <summary>The shortest digits that give the number back; with an exponent below 1e-4 and from 1e16 on.</summary>
    private static string Float(double value)
    {
        if (double.IsNaN(value))
        {
            return "nan";
        }
        if (double.IsInfinity(value))
        {
            return value > 0 ? "inf" : "-inf";
        }
        // .NET gives the same shortest digits, but turns to an exponent elsewhere: from 1e17 on.
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        double size = Math.Abs(value);
        if (size is 0 or (>= 1e-4 and < 1e16))
        {
            return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
        }
        int e = text.IndexOf('E', StringComparison.Ordinal);
        if (e < 0)
        {
            string digits = text.TrimStart('-');
            string fraction = digits[1..].TrimEnd('0');
            return $"{(value < 0 ? "-" : "")}{digits[0]}{(fraction.Length > 0 ? "." : "")}{fraction}e+{digits.Length - 1}";
        }
        int exponent = int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return $"{text[..e]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }
}
