namespace Pth.Pickle;

/// <summary>What the layer above makes of the names and references in a pickle.</summary>
internal interface IPickleResolver
{
    /// <summary>What <c>PERSID</c> and <c>BINPERSID</c> stand for.</summary>
    /// <param name="id">A <see cref="PyString"/> for <c>PERSID</c>; anything for <c>BINPERSID</c>.</param>
    /// <param name="offset">Where the opcode is, for errors.</param>
    PyValue ResolvePersistentId(PyValue id, long offset);

    /// <summary>Asked after each <c>REDUCE</c>, <c>NEWOBJ</c>, <c>NEWOBJ_EX</c>, <c>INST</c> and <c>OBJ</c> that is not a builtin of Python.</summary>
    /// <returns>What the call makes; null leaves the call as it is.</returns>
    PyValue? Construct(PyObject call, long offset);

    /// <summary>Asked for each <c>BUILD</c>.</summary>
    /// <returns>Whether the state was taken; false leaves it to the reader, which takes it for objects and ordered dictionaries alone.</returns>
    bool Build(PyValue target, PyValue state, long offset);
}
