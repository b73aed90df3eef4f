using Pth.Bytes;

namespace Pth.Formats.Torch;

// Each tensor as a storage of its own.
internal sealed partial class TorchReducer
{
    private readonly Dictionary<(Storage, DType, long, string), Storage> _compacted = [];

    /// <summary>The call that was read, with a storage that holds the tensor's elements and no others.</summary>
    private PyObject Compacted(PyObject call, TensorView view)
    {
        if (StorageArgument(call) is not { } argument || !Saves(view))
        {
            return call;
        }
        TensorView gathered = Gather(view);
        var storage = new PyStorage(gathered.Storage) { Source = argument.Source, ViewedAs = argument.ViewedAs };
        return Replace(call, storage, gathered);
    }

    private static PyObject Replace(PyObject call, PyStorage storage, TensorView view)
    {
        if (RebuildFunctions.Find(call.Global!) == RebuildFunction.TensorClass)
        {
            return new PyObject(call.Callable, call.Arguments, call.Construction)
            {
                State = Replace((PyTuple)call.State!, storage, view),
            };
        }
        var arguments = (PyTuple)call.Arguments;
        PyTuple replaced =
            RebuildFunctions.Find(call.Global!) == RebuildFunction.FromType
                ? new PyTuple(arguments[0], arguments[1], Replace((PyTuple)arguments[2], storage, view), arguments[3])
                : Replace(arguments, storage, view);
        return new PyObject(call.Callable, replaced, call.Construction) { State = call.State };
    }

    /// <summary>storage, offset, size, stride and what follows: so begin the arguments of all strided tensors.</summary>
    private static PyTuple Replace(PyTuple arguments, PyStorage storage, TensorView view)
    {
        PyValue[] items = arguments.AsSpan().ToArray();
        items[0] = storage;
        items[1] = new PyInt(view.Offset);
        items[3] = Tuple(view.Strides);
        return new PyTuple(items, owned: true);
    }

    /// <summary>The same elements in a storage of their own. Equal views get the same one.</summary>
    private TensorView Gather(TensorView view)
    {
        var key = (
            view.Storage,
            view.DType,
            view.Offset,
            $"{string.Join(',', view.Shape)}/{string.Join(',', view.Strides)}"
        );
        if (!_compacted.TryGetValue(key, out Storage? storage))
        {
            storage = new Storage(new ElementsSource(view), view.DType, view.Device);
            _compacted.Add(key, storage);
        }
        return new TensorView(storage, view.DType, view.Shape, TensorBounds.ContiguousStrides(view.Shape.AsSpan()));
    }

    /// <summary>Whether a storage of its own differs from the one it has, and is no larger: an expanded tensor would be.</summary>
    private static bool Saves(TensorView view) =>
        view.ByteCount < view.Storage.ByteCount || (view.ByteCount == view.Storage.ByteCount && !view.IsContiguous);

    /// <summary>The storage among the arguments of a call that makes a strided tensor, or in its state.</summary>
    private static PyStorage? StorageArgument(PyObject call)
    {
        // With several states, which of them holds the storage is not looked into: the tensor is written as it was read.
        if (call.Global is not { } global || call.LaterStates.Count > 0)
        {
            return null;
        }
        PyValue? arguments = call.Arguments;
        RebuildFunction function = RebuildFunctions.Find(global);
        // PyTorch writes one level of it.
        if (
            function == RebuildFunction.FromType
            && arguments is PyTuple { Count: 4 } outer
            && outer[0] is PyGlobal inner
        )
        {
            arguments = outer[2];
            function = RebuildFunctions.Find(inner);
        }
        arguments = function == RebuildFunction.TensorClass ? call.State : arguments;
        return
            function
                is RebuildFunction.Tensor
                    or RebuildFunction.TensorV2
                    or RebuildFunction.TensorV3
                    or RebuildFunction.Quantized
                    or RebuildFunction.TensorClass
            && arguments is PyTuple { Count: >= 4 } items
            ? items[0] as PyStorage
            : null;
    }
}
