using Pth.Errors;
using Pth.Formats.Torch;
using Pth.Pickle;

namespace Pth.Formats.Archive;

/// <summary>Resolves the pickles of TorchScript: tensors as everywhere, and objects whose class says what their attributes are. Everything else stays inert.</summary>
/// <param name="tensors">What makes tensors.</param>
/// <param name="classes">The classes of the file.</param>
/// <param name="location">The record, for errors.</param>
internal sealed class ScriptResolver(TorchResolver tensors, ScriptClasses classes, ErrorLocation location)
    : IPickleResolver
{
    private readonly HashSet<PyValue> _states = new(ReferenceEqualityComparer.Instance);

    /// <inheritdoc />
    public PyValue ResolvePersistentId(PyValue id, long offset) => tensors.ResolvePersistentId(id, offset);

    /// <inheritdoc />
    public PyValue? Construct(PyObject call, long offset) => tensors.Construct(call, offset);

    /// <inheritdoc />
    public bool Build(PyValue target, PyValue state, long offset)
    {
        if (tensors.Build(target, state, offset))
        {
            return true;
        }
        if (
            target is PyObject { Construction: PyConstruction.NewObject, State: null, Global: { } global } instance
            && classes.Find(global) is { } fields
        )
        {
            Declare(instance, fields, state, location.At(offset));
        }
        return false;
    }

    /// <summary>Makes an object a module whose attributes are what its class says.</summary>
    private void Declare(PyObject instance, PyModuleFields fields, PyValue state, ErrorLocation here)
    {
        instance.Fields = fields;
        if (state is not PyDict attributes)
        {
            return;
        }
        // Each object of PyTorch's writes a dictionary of its own. One that many share would be looked through for each of them.
        if (!_states.Add(state))
        {
            throw here.Error(
                CheckpointErrorKind.InvalidPickle,
                "the attributes of another module",
                "a dictionary of its own for each"
            );
        }
        foreach ((PyValue key, PyValue value) in attributes)
        {
            if (value is PyTensor tensor && key is PyString name && fields.Parameters.Contains(name.Value))
            {
                tensor.View = new TensorView(tensor.View) { IsParameter = true };
            }
        }
    }
}
