namespace Pth.Torch.Loading;

/// <summary>The class of a value as Python's <c>type(value)</c> prints it between the quotes.</summary>
internal static class PythonClass
{
    public static string Of(PyValue value) =>
        value switch
        {
            PyNone => "NoneType",
            PyBool => "bool",
            PyInt => "int",
            PyFloat => "float",
            PyString => "str",
            PyBytes => "bytes",
            PyBuffer => "bytearray",
            PyDict { IsOrdered: true } => "collections.OrderedDict",
            PyDict => "dict",
            PyList => "list",
            PyTuple => "tuple",
            PySet => "set",
            PyGlobal => "type",
            PyObject { Global: { } global } => global.Module is "builtins" or "__builtin__"
                ? global.Name
                : global.FullName,
            _ => "object",
        };
}
