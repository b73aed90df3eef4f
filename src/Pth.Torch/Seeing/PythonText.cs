using Pth.StateDicts;

namespace Pth.Torch.Seeing;

/// <summary>Arguments as Python prints them.</summary>
internal static class PythonText
{
    public static string Bool(bool value) => value ? "True" : "False";

    public static string Float(double value) => PythonRepr.Repr(new PyFloat(value));

    /// <summary>A number that people write without a point where it needs none.</summary>
    public static string Number(double value) =>
        double.IsInteger(value) && Math.Abs(value) < 1e15 ? $"{(long)value}" : Float(value);

    public static string Tuple(IReadOnlyList<long> values) =>
        values.Count == 1 ? $"({values[0]},)" : $"({string.Join(", ", values)})";

    public static string Tuple((long, long) values) => Tuple([values.Item1, values.Item2]);

    /// <summary>One number for equal ones. TorchSharp does not keep whether <c>2</c> or <c>(2, 2)</c> was given; most give the number.</summary>
    public static string OneOrTuple(IReadOnlyList<long> values) =>
        values.Distinct().Count() == 1 ? $"{values[0]}" : Tuple(values);

    public static string OneOrTuple((long, long) values) => OneOrTuple([values.Item1, values.Item2]);

    public static string Quoted(string value, ReprOptions options) =>
        options.Style == ReprStyle.Torch113 ? value : $"'{value}'";

    /// <summary><c>, name=value</c> where the value is not the one that goes without saying.</summary>
    public static string Unless(bool usual, string name, string value) => usual ? "" : $", {name}={value}";
}
