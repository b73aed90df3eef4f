using System.Globalization;
using System.Text;

namespace Pth.StateDicts;

/// <summary>A dictionary key as part of a tensor's name.</summary>
internal static class PyKeyText
{
    /// <summary>What Python's <c>str</c> gives for the kinds that keys have: digits for an integer, the text itself for a string.</summary>
    public static string Of(PyValue key) =>
        key switch
        {
            PyString text => text.Value,
            PyInt number => number.Value.ToString(CultureInfo.InvariantCulture),
            PyGlobal global => global.FullName,
            PyBytes bytes => Encoding.Latin1.GetString(bytes.Value.Span),
            PyTuple tuple => OfTuple(tuple),
            _ => key.Describe(),
        };

    private static string OfTuple(PyTuple tuple)
    {
        // A key that nobody can read is no use as a name, and a small pickle can describe a huge one.
        if (tuple.NodeCount > PyKeyComparer.MaxTupleNodes)
        {
            return tuple.Describe();
        }
        var text = new StringBuilder("(");
        for (int i = 0; i < tuple.Count; i++)
        {
            text.Append(i > 0 ? ", " : "").Append(tuple[i] is PyString item ? item.Describe() : Of(tuple[i]));
        }
        return text.Append(tuple.Count == 1 ? ",)" : ")").ToString();
    }
}
