using Pth.Errors;
using Pth.Formats.Torch;
using Pth.Pickle;
using Pth.StateDicts;

namespace Pth.Formats.TorchPackage;

/// <summary>Resolves the pickles of a package: tensors as everywhere, and objects that are saved in a way of their own, as TorchScript and FX modules are.</summary>
internal sealed class PackageResolver(TorchResolver tensors, PackageScripts scripts, ErrorLocation location)
    : IPickleResolver
{
    private const string ReducedTag = "reduce_package";

    /// <inheritdoc />
    public PyValue ResolvePersistentId(PyValue id, long offset) =>
        id switch
        {
            PyTuple and [PyString { Value: ReducedTag }, ..] tuple => Reduced(tuple, location.At(offset)),
            // Up to PyTorch 1.8 keys are numbers.
            PyTuple and [PyString { Value: "storage" } tag, var storageClass, PyInt key, var device, var count] =>
                tensors.ResolvePersistentId(
                    new PyTuple(tag, storageClass, new PyString(PyKeyText.Of(key)), device, count),
                    offset
                ),
            _ => tensors.ResolvePersistentId(id, offset),
        };

    /// <inheritdoc />
    public PyValue? Construct(PyObject call, long offset) => tensors.Construct(call, offset);

    /// <inheritdoc />
    public bool Build(PyValue target, PyValue state, long offset) => tensors.Build(target, state, offset);

    /// <summary>'reduce_package', a number, a function and its arguments: kept as the call that it asks for.</summary>
    private PyValue Reduced(PyTuple id, ErrorLocation here)
    {
        if (id.Count != 4 || id[2] is not PyGlobal function || id[3] is not PyTuple arguments)
        {
            throw here.Error(
                CheckpointErrorKind.InvalidPickle,
                $"an object reduced by a {string.Join(", ", id.Select(item => item.Describe()))}",
                $"'{ReducedTag}', a number, a function and its arguments"
            );
        }
        if (function.Is("torch.jit._script", "unpackage_script_module") && arguments is [PyString module])
        {
            return scripts.Read(module.Value, here);
        }
        var call = new PyObject(function, arguments);
        // The first argument is what becomes the module's attributes.
        if (function.Is("torch.fx.graph_module", "reduce_package_graph_module") && arguments is [PyDict attributes, ..])
        {
            call.TryAddState(attributes);
        }
        return call;
    }
}
