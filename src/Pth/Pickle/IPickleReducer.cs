namespace Pth.Pickle;

/// <summary>What the layer above writes its own values as.</summary>
internal interface IPickleReducer
{
    /// <summary>Asked for each <see cref="PyTensor"/>.</summary>
    /// <returns>What stands for it: the same instance each time for one tensor, as the pickle remembers it by its identity.</returns>
    PyValue? Reduce(PyValue value);

    /// <summary>Asked for each <see cref="PyStorage"/>, <see cref="PyGlobal"/> and <see cref="PyObject"/>, before anything else.</summary>
    /// <returns>The id of a reference to the outside, a new tuple each time; null for what is written itself.</returns>
    PyTuple? PersistentId(PyValue value);
}
