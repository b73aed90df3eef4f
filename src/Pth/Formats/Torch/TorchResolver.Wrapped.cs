namespace Pth.Formats.Torch;

// Tensors in a wrapping: parameters, subclasses, tensors that were moved from a device without storages.
internal sealed partial class TorchResolver
{
    /// <summary>data, requires_grad, hooks[, state]</summary>
    private static TensorView? RebuildParameter(RebuildArguments arguments)
    {
        // A parameter of a subclass that we do not know stays what it is, as the subclass does.
        if (arguments[0] is PyObject)
        {
            return null;
        }
        return new TensorView(arguments.Tensor(0)) { IsParameter = true, RequiresGrad = arguments.Bool(1) };
    }

    /// <summary>function, class, arguments, state: the function is called, and the result made one of the class.</summary>
    private TensorView? RebuildFromType(RebuildArguments arguments, int nesting)
    {
        if (arguments[0] is not PyGlobal function || nesting == MaxNesting)
        {
            return null;
        }
        RebuildFunction kind = RebuildFunctions.Find(function);
        return kind == RebuildFunction.WrapperSubclass
            ? RebuildWrapper(arguments)
            : Rebuild(kind, function, arguments[2], arguments.Location, nesting + 1);
    }

    /// <summary>A <c>DTensor</c>: this rank's shard is the attribute <c>_local_tensor</c>. Other wrappers stay what they are.</summary>
    private static TensorView? RebuildWrapper(RebuildArguments arguments)
    {
        RebuildArguments inner = arguments.Nested(2, 8, 8);
        bool requiresGrad = inner.Bool(7);
        ReadOnlySpan<PyValue> states = arguments[3] is PyTuple pair ? pair.AsSpan() : [arguments[3]];
        foreach (PyValue state in states)
        {
            if (
                state is PyDict attributes
                && attributes.TryGetValue("_local_tensor", out PyValue? local)
                && local is PyTensor shard
            )
            {
                return new TensorView(shard.View) { RequiresGrad = requiresGrad };
            }
        }
        return null;
    }

    /// <summary>cpu tensor, dtype, device, requires_grad</summary>
    private static TensorView? RebuildFromCpu(RebuildArguments arguments)
    {
        if (arguments[0] is PyObject)
        {
            return null;
        }
        TensorView view = arguments.Tensor(0);
        bool requiresGrad = arguments.Bool(3);
        // Where PyTorch would convert the elements, the stored tensor is not the tensor: it stays visible as an argument.
        return view.DType == arguments.DType(1) ? new TensorView(view) { RequiresGrad = requiresGrad } : null;
    }

    /// <summary>array, dtype, device, requires_grad</summary>
    private static TensorView? RebuildFromNumpy(RebuildArguments arguments)
    {
        DType dtype = arguments.DType(1);
        bool requiresGrad = arguments.Bool(3);
        return NumpyArray.TryRead(arguments[0], dtype) is { } view
            ? new TensorView(view) { RequiresGrad = requiresGrad }
            : null;
    }
}
