using Pth.Errors;
using Pth.Formats.Torch;
using Pth.Pickle;

namespace Pth.Formats.TorchScript;

/// <summary>Resolves the pickle of attributes of PyTorch 1.1 to 1.3, which names tensors by their number in <c>model.json</c>.</summary>
/// <remarks>Source: <c>torch/csrc/jit/serialization/unpickler.cpp</c>.</remarks>
internal sealed class ScriptAttributeResolver(TorchResolver inner, ScriptTensorTable tensors, ErrorLocation location)
    : IPickleResolver
{
    // PyTorch 1.1 makes an object of a class first, and gives it the number after that.
    private readonly HashSet<PyValue> _unnumbered = new(ReferenceEqualityComparer.Instance);

    /// <inheritdoc />
    public PyValue ResolvePersistentId(PyValue id, long offset) => inner.ResolvePersistentId(id, offset);

    /// <inheritdoc />
    public PyValue? Construct(PyObject call, long offset)
    {
        switch (call)
        {
            case { Global: { Module: ScriptTags.Module, Name: "build_tensor_from_id" } }:
                return tensors.Use(
                    NumberOf(call.Arguments is PyTuple { Count: > 0 } arguments ? arguments[0] : null, offset),
                    location.At(offset)
                );
            case { Global: { Module: "__main__", Name: "TensorID" }, Construction: PyConstruction.NewObject }:
                var tensor = new PyTensor(TensorView.FromArray(Array.Empty<float>()));
                _unnumbered.Add(tensor);
                return tensor;
            default:
                return inner.Construct(call, offset);
        }
    }

    /// <inheritdoc />
    public bool Build(PyValue target, PyValue state, long offset)
    {
        if (!_unnumbered.Remove(target))
        {
            return inner.Build(target, state, offset);
        }
        target.As<PyTensor>().View = tensors.Use(NumberOf(state, offset), location.At(offset)).View;
        return true;
    }

    private long NumberOf(PyValue? value, long offset) =>
        value is not null && RebuildArguments.AsLong(value) is { } number
            ? number
            : throw location
                .At(offset)
                .Error(
                    CheckpointErrorKind.InvalidTensor,
                    $"{value?.Describe() ?? "nothing"} for the number of a tensor",
                    "an integer"
                );
}
