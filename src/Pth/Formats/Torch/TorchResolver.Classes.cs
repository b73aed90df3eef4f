using System.Collections.Immutable;

namespace Pth.Formats.Torch;

// Old files make an empty tensor by its class and then give it a state.
internal sealed partial class TorchResolver
{
    /// <inheritdoc />
    public bool Build(PyValue target, PyValue state, long offset)
    {
        if (target is not PyTensor { Source: { } call } tensor)
        {
            return false;
        }
        if (!call.TryAddState(state))
        {
            throw location
                .At(offset)
                .Error(
                    CheckpointErrorKind.LimitExceeded,
                    $"more than {PyStates.Max} states for one tensor",
                    "one, as Python writes it"
                );
        }
        switch (state)
        {
            case PyTuple { Count: 4 } view when view[0] is PyStorage:
                tensor.View = ViewOfState(call, view, offset);
                break;
            // A Variable of before 0.4: data, gradient, hooks, requires_grad, volatile.
            case PyTuple { Count: 5 } variable when variable[0] is PyTensor data && variable[3] is PyBool requiresGrad:
                tensor.View = new TensorView(data.View)
                {
                    IsParameter = tensor.View.IsParameter,
                    RequiresGrad = requiresGrad.Value,
                };
                break;
            // requires_grad, volatile, hooks
            case PyTuple { Count: 3 } flags when flags[0] is PyBool requiresGrad:
                tensor.View = new TensorView(tensor.View) { RequiresGrad = requiresGrad.Value };
                break;
            default:
                // Attributes: they change nothing of the elements, and are written again.
                break;
        }
        return true;
    }

    private TensorView ViewOfState(PyObject call, PyTuple state, long offset)
    {
        var arguments = new RebuildArguments(call.Global!, state, location.At(offset), 4, 4);
        return View(arguments, arguments.StorageType(0));
    }

    /// <summary><c>torch.FloatTensor()</c>; with arguments it is not how a tensor is saved.</summary>
    private static TensorView? NewTensor(PyGlobal tensorClass, PyValue arguments) =>
        arguments is PyTuple { Count: 0 } && StorageClasses.TryGetTensorDType(tensorClass, out DType dtype)
            ? Empty(dtype)
            : null;

    /// <summary><c>Parameter()</c>, <c>Parameter(data)</c> or <c>Parameter(data, requires_grad)</c>.</summary>
    private static TensorView? NewParameter(PyValue arguments) =>
        arguments switch
        {
            PyTuple { Count: 0 } => new TensorView(Empty(DType.Float32)) { IsParameter = true, RequiresGrad = true },
            PyTuple { Count: 1 or 2 } items when items[0] is PyTensor data => new TensorView(data.View)
            {
                IsParameter = true,
                RequiresGrad = items.Count == 1 || items[1] is PyBool { Value: true },
            },
            _ => null,
        };

    private static TensorView? NewVariable(PyValue arguments) =>
        arguments is PyTuple { Count: >= 1 } items && items[0] is PyTensor data ? new TensorView(data.View)
        : arguments is PyTuple { Count: 0 } ? Empty(DType.Float32)
        : null;

    private static TensorView Empty(DType dtype) =>
        new(new Storage(new Bytes.MemorySource(ReadOnlyMemory<byte>.Empty), dtype), dtype, [0], [1]);
}
