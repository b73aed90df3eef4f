namespace Pth.Formats.Torch;

/// <summary>The functions by which TorchScript says of which type a container is. They change nothing of what is in it.</summary>
/// <remarks>Source: <c>torch/jit/_pickle.py</c>.</remarks>
internal static class ScriptTags
{
    public const string Module = "torch.jit._pickle";

    /// <summary>The value in <c>restore_type_tag(value, type)</c>; any other value itself.</summary>
    public static PyValue Untag(PyValue value) =>
        value
            is PyObject
            {
                Global: { Module: Module, Name: "restore_type_tag" },
                Arguments: PyTuple { Count: 2 } arguments
            }
            ? arguments[0]
            : value;
}
