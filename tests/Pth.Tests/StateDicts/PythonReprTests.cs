using Pth.StateDicts;

namespace Pth.Tests.StateDicts;

public class PythonReprTests
{
    // Each line is what CPython 3.11 prints.
    [Theory]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(0.1, "0.1")]
    [InlineData(2.0, "2.0")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00001, "1e-05")]
    [InlineData(-1.5e-7, "-1.5e-07")]
    [InlineData(1e15, "1000000000000000.0")]
    [InlineData(9999999999999998.0, "9999999999999998.0")]
    [InlineData(1e16, "1e+16")]
    [InlineData(-1.5e16, "-1.5e+16")]
    [InlineData(12345678901234568.0, "1.2345678901234568e+16")]
    [InlineData(1e22, "1e+22")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(double.NaN, "nan")]
    [InlineData(double.NegativeInfinity, "-inf")]
    public void Floats_are_printed_as_Python_prints_them(double value, string expected) =>
        Assert.Equal(expected, PythonRepr.Repr(value));

    [Fact]
    public void Tuples_lists_and_strings_too()
    {
        Assert.Equal("(1,)", PythonRepr.Repr(new PyTuple(1)));
        Assert.Equal("(3, 0.5, 'a', None, True)", PythonRepr.Repr(new PyTuple(3, 0.5, "a", PyNone.Value, true)));
        Assert.Equal("[1, 2]", PythonRepr.Repr(new PyList { 1, 2 }));
        Assert.Equal("a", PythonRepr.Str("a"));
        Assert.Equal(
            "(4, 5)",
            PythonRepr.Repr(new PyObject(new PyGlobal("torch", "Size"), new PyTuple(new PyTuple(4, 5))))
        );
    }
}
