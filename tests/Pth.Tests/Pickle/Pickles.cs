using System.Buffers;
using System.Globalization;
using Pth.Errors;
using Pth.Pickle;

namespace Pth.Tests.Pickle;

/// <summary>Short ways to read, write and compare pickles.</summary>
internal static class Pickles
{
    public static PyValue Read(
        ReadOnlyMemory<byte> bytes,
        ReadLimits? limits = null,
        IPickleResolver? resolver = null
    ) => new PickleReader(bytes, new ErrorLocation("test.pkl"), limits ?? ReadLimits.Default, resolver).Read();

    public static PyValue Read(string hex, ReadLimits? limits = null, IPickleResolver? resolver = null) =>
        Read(Hex(hex), limits, resolver);

    public static CheckpointException Refuse(string hex, ReadLimits? limits = null) =>
        Assert.Throws<CheckpointException>(() => Read(hex, limits));

    public static byte[] Write(PyValue value, IPickleReducer? reducer = null)
    {
        var output = new ArrayBufferWriter<byte>();
        new PickleWriter(output, reducer).Write(value);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Hex with spaces; what stands between quotes is ASCII, and a semicolon there is a line feed.</summary>
    public static byte[] Hex(string text)
    {
        var bytes = new List<byte>();
        foreach (string part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            bytes.AddRange(
                part[0] == '`'
                    ? part.Trim('`').Replace(';', '\n').Select(character => (byte)character)
                    : Convert.FromHexString(part)
            );
        }
        return [.. bytes];
    }

    /// <summary>The value as Python's repr would show it; names and calls by what they are. For values without loops.</summary>
    public static string Show(PyValue value) =>
        value switch
        {
            PyString text => $"'{text.Value}'",
            PyFloat number => number.Value.ToString("R", CultureInfo.InvariantCulture),
            PyBytes bytes => $"{(bytes.IsMutable ? "bytearray" : "b")}'{Convert.ToHexString(bytes.Value.Span)}'",
            PyList list => $"[{ShowAll(list)}]",
            PyTuple tuple => $"({ShowAll(tuple)})",
            PySet set => $"{(set.IsFrozen ? "frozenset" : "set")}({ShowAll(set)})",
            PyDict dict => (dict.IsOrdered ? "OrderedDict" : "")
                + $"{{{string.Join(", ", dict.Select(entry => $"{Show(entry.Key)}: {Show(entry.Value)}"))}}}"
                + ShowStates(dict.State, dict.LaterStates),
            PyPersistent reference => $"<{Show(reference.Id)}>",
            PyObject called => ShowCall(called),
            _ => value.Describe(),
        };

    private static string ShowAll(IEnumerable<PyValue> values) => string.Join(", ", values.Select(Show));

    private static string ShowCall(PyObject called) =>
        called.Construction switch
        {
            PyConstruction.Reduce => "",
            PyConstruction.NewObject => "new ",
            _ => "new with keywords ",
        }
        + $"{Show(called.Callable)}{Show(called.Arguments)}"
        + (called.Keywords is null ? "" : $" keywords {Show(called.Keywords)}")
        + (called.Items is null ? "" : $" items {Show((PyValue)called.Items)}")
        + (called.Entries is null ? "" : $" entries {Show((PyValue)called.Entries)}")
        + ShowStates(called.State, called.LaterStates);

    private static string ShowStates(PyValue? first, IReadOnlyList<PyValue> later) =>
        first is null ? "" : string.Concat(later.Prepend(first).Select(state => $" state {Show(state)}"));
}
