using Pth.Errors;

namespace Pth.StateDicts;

/// <summary>A pickled <c>torch.nn.Module</c>, as its attributes show it. Which class it is does not matter: no code of it is needed.</summary>
/// <param name="Instance">The object.</param>
/// <param name="Parameters"><c>_parameters</c>: name to parameter or None.</param>
/// <param name="Buffers"><c>_buffers</c>: name to tensor or None.</param>
/// <param name="Modules"><c>_modules</c>: name to module or None.</param>
internal sealed record ModuleObject(PyObject Instance, PyDict Parameters, PyDict Buffers, PyDict Modules)
{
    private const string ParametersName = "_parameters";
    private const string BuffersName = "_buffers";
    private const string ModulesName = "_modules";

    /// <summary>The class, when the pickle names it.</summary>
    public PyGlobal? Class =>
        // NEWOBJ names the class; copyreg._reconstructor has it as its first argument.
        Instance.Global
            is { } global
        && !global.Is("copyreg", "_reconstructor")
            ? global
        : Instance.Arguments is PyTuple { Count: > 0 } arguments ? arguments[0] as PyGlobal
        : null;

    /// <summary>The module in a value, or null when it is none.</summary>
    public static ModuleObject? TryRead(PyValue value)
    {
        if (value is not PyObject instance)
        {
            return null;
        }
        if (instance.Fields is { } fields)
        {
            return OfScript(instance, fields);
        }
        return
            instance.GetAttribute(ParametersName) is PyDict parameters
            && instance.GetAttribute(BuffersName) is PyDict buffers
            && instance.GetAttribute(ModulesName) is PyDict modules
            ? new ModuleObject(instance, parameters, buffers, modules)
            : null;
    }

    /// <summary>Whether an attribute is one of the three dictionaries, or what TorchScript has in their place: an entry of one.</summary>
    public bool IsRegistered(PyValue? key) =>
        Instance.Fields is null
            ? key is PyString { Value: ParametersName or BuffersName or ModulesName }
            : key is not null && (Parameters.ContainsKey(key) || Buffers.ContainsKey(key) || Modules.ContainsKey(key));

    // TorchScript keeps parameters, buffers and modules among the other attributes, in the order in which they were registered.
    private static ModuleObject OfScript(PyObject instance, PyModuleFields fields)
    {
        PyDict parameters = new();
        PyDict buffers = new();
        PyDict modules = new();
        foreach ((PyValue key, PyValue value) in instance.State as PyDict ?? [])
        {
            if (key is not PyString name)
            {
                continue;
            }
            if (fields.Parameters.Contains(name.Value))
            {
                parameters.Add(key, value);
            }
            else if (fields.Buffers.Contains(name.Value))
            {
                buffers.Add(key, value);
            }
            else if (value is PyObject { Fields: not null })
            {
                modules.Add(key, value);
            }
        }
        return new ModuleObject(instance, parameters, buffers, modules);
    }

    /// <summary>Whether <c>state_dict()</c> has the buffer. Files from before PyTorch 1.5 have persistent buffers only.</summary>
    public bool IsPersistent(PyValue buffer) =>
        Instance.GetAttribute("_non_persistent_buffers_set") is not PySet transient || !transient.Contains(buffer);

    /// <summary>What <c>state_dict()</c> looks at: parameters, persistent buffers, then the modules inside.</summary>
    public static IEnumerable<PyChild> StateDictChildren(PyValue value)
    {
        if (TryRead(value) is not { } module)
        {
            yield break;
        }
        foreach ((PyValue name, PyValue parameter) in module.Parameters)
        {
            yield return new(name, 0, parameter);
        }
        foreach ((PyValue name, PyValue buffer) in module.Buffers)
        {
            if (module.IsPersistent(name))
            {
                yield return new(name, 0, buffer);
            }
        }
        foreach ((PyValue name, PyValue child) in module.Modules)
        {
            yield return new(name, 0, child);
        }
    }

    /// <summary>What <c>state_dict()</c> would give, without its <c>_metadata</c>: versions are known to the classes, not to the file.</summary>
    /// <exception cref="CheckpointException">The module has more tensors than a file can honestly hold, or two of one name.</exception>
    public static StateDict ReadStateDict(PyValue module, ReadLimits limits, ErrorLocation location)
    {
        var state = new StateDict();
        foreach ((string name, PyTensor tensor) in TensorPaths.Collect(module, limits, location, StateDictChildren))
        {
            if (state.Entries.ContainsKey(name))
            {
                throw location.Error(
                    CheckpointErrorKind.InvalidPickle,
                    $"a module with two tensors named '{name}'",
                    "each name once"
                );
            }
            // state_dict() detaches every parameter by itself, a tied one as often as it has names.
            state.SetEntry(
                name,
                new PyTensor(new TensorView(tensor.View) { IsParameter = false, RequiresGrad = false })
            );
        }
        return state;
    }
}
