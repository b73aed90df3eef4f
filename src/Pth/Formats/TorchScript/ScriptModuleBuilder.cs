using System.Globalization;
using Pth.Errors;
using Pth.Formats.Archive;

namespace Pth.Formats.TorchScript;

/// <summary>Makes the modules of <c>model.json</c> as the archives of PyTorch 1.4 and later hold them. Their classes have no names.</summary>
internal sealed class ScriptModuleBuilder(
    ScriptTensorTable tensors,
    IReadOnlyList<PyValue> attributes,
    ErrorLocation location
)
{
    private static readonly PyGlobal ModuleClass = new("torch.jit", "ScriptModule");

    /// <summary>The module with all in it. How deep modules lie in modules is bounded by <see cref="ScriptModelParser"/>.</summary>
    public PyObject Build(ScriptModuleEntry entry)
    {
        var state = new PyDict();
        var parameters = new HashSet<string>(StringComparer.Ordinal);
        var buffers = new HashSet<string>(StringComparer.Ordinal);
        foreach (ScriptParameterEntry parameter in entry.Parameters)
        {
            PyTensor tensor = tensors.Use(parameter.TensorId, location);
            if (!parameter.IsBuffer)
            {
                tensor.View = new TensorView(tensor.View) { IsParameter = true };
            }
            (parameter.IsBuffer ? buffers : parameters).Add(parameter.Name);
            Add(state, parameter.Name, tensor);
        }
        foreach (ScriptAttributeEntry attribute in entry.Attributes)
        {
            // A buffer can be there as an attribute again.
            if (!buffers.Contains(attribute.Name) && !parameters.Contains(attribute.Name))
            {
                Add(state, attribute.Name, attribute.Id < 0 ? PyNone.Value : AttributeOf(attribute.Id));
            }
        }
        foreach (ScriptModuleEntry module in entry.Modules)
        {
            Add(state, module.Name, Build(module));
        }
        var instance = new PyObject(ModuleClass, PyTuple.Empty, PyConstruction.NewObject)
        {
            Fields = new PyModuleFields(parameters, buffers),
        };
        instance.TryAddState(state);
        if (entry.StateId is { } id)
        {
            instance.TryAddState(AttributeOf(id));
        }
        return instance;
    }

    private PyValue AttributeOf(long id) =>
        id >= 0 && id < attributes.Count
            ? attributes[(int)id]
            : throw location.Error(
                CheckpointErrorKind.InvalidHeader,
                $"attribute {id.ToString(CultureInfo.InvariantCulture)} of {attributes.Count}",
                $"the number of an attribute in {ScriptRecords.Attributes}"
            );

    private void Add(PyDict state, string name, PyValue value)
    {
        var key = new PyString(name);
        if (state.ContainsKey(key))
        {
            throw location.Error(CheckpointErrorKind.InvalidHeader, $"'{name}' twice in a module", "each name once");
        }
        state.Add(key, value);
    }
}
