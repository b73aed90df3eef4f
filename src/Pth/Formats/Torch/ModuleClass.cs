namespace Pth.Formats.Torch;

/// <summary>
/// The class of a <c>torch.nn.Module</c> as old formats refer to it: with the file and the text of its source, so that a changed class could
/// be told. They are kept as data, and written again.
/// </summary>
/// <remarks>Source: <c>torch/serialization.py</c> (<c>_legacy_save</c>).</remarks>
internal static class ModuleClass
{
    public const string Tag = "module";

    /// <summary>The class of <c>('module', class, file, source)</c>.</summary>
    /// <returns>Null where it is no such reference, or says the class by something else than a name.</returns>
    public static PyGlobal? TryRead(PyValue id) =>
        id is PyTuple { Count: 4 } tuple && tuple[0] is PyString { Value: Tag } ? TryRead(tuple, 1) : null;

    /// <summary>The class where <c>class, file, source</c> begin at an index.</summary>
    public static PyGlobal? TryRead(PyTuple id, int index) =>
        id.Count == index + 3
        && id[index] is PyGlobal name
        && id[index + 1] is PyString or PyNone
        && id[index + 2] is PyString or PyNone
            ? new PyGlobal(name.Module, name.Name) { Spelling = name.Spelling, Reference = id }
            : null;
}
