using System.Collections.Immutable;
using Pth.Errors;

namespace Pth.Formats.Torch;

// Tensors that are views of one storage.
internal sealed partial class TorchResolver
{
    /// <summary>storage, offset, size, stride</summary>
    private TensorView RebuildTensor(RebuildArguments arguments) => View(arguments, arguments.StorageType(0));

    /// <summary>storage, offset, size, stride, requires_grad, hooks[, metadata]</summary>
    private TensorView RebuildTensorV2(RebuildArguments arguments)
    {
        TensorView view = View(arguments, arguments.StorageType(0));
        return Mark(view, arguments.Bool(4), arguments.Count > 6 ? arguments[6] : null, arguments, 6);
    }

    /// <summary>storage, offset, size, stride, requires_grad, hooks, dtype[, metadata]</summary>
    private TensorView RebuildTensorV3(RebuildArguments arguments)
    {
        DType dtype = arguments.DType(6);
        storages.SetElementType(arguments.Storage(0), dtype, arguments.Location);
        TensorView view = View(arguments, dtype);
        return Mark(view, arguments.Bool(4), arguments.Count > 7 ? arguments[7] : null, arguments, 7);
    }

    /// <summary>storage, offset, size, stride, quantizer, requires_grad, hooks</summary>
    private TensorView RebuildQuantized(RebuildArguments arguments)
    {
        DType dtype = arguments.StorageType(0);
        if (!dtype.IsQuantized)
        {
            throw arguments.Error($"a quantized tensor of {dtype.TorchName}", "a storage of a quantized type");
        }
        TensorView view = View(arguments, dtype);
        Quantization quantization = QuantizationOf(arguments, view);
        bool requiresGrad = arguments.Bool(5);
        return new TensorView(view) { Quantization = quantization, RequiresGrad = requiresGrad };
    }

    private static Quantization QuantizationOf(RebuildArguments arguments, TensorView view)
    {
        if (
            arguments[4] is PyTuple { Count: 3 } perTensor
            && perTensor[0] is PyGlobal { Module: "torch", Name: "per_tensor_affine" }
            && AsDouble(perTensor[1]) is { } scale
            && RebuildArguments.AsLong(perTensor[2]) is { } zeroPoint
        )
        {
            return new Quantization.PerTensor(scale, zeroPoint);
        }
        if (
            arguments[4] is PyTuple { Count: 4 } perChannel
            && perChannel[0]
                is PyGlobal { Module: "torch", Name: "per_channel_affine" or "per_channel_affine_float_qparams" }
            && AsChannelTensor(perChannel[1], DType.Float64) is { } scales
            && AsChannelTensor(perChannel[2], DType.Int64) is { } zeroPoints
            && RebuildArguments.AsLong(perChannel[3]) is { } axis
        )
        {
            if (axis < 0 || axis >= view.Shape.Length)
            {
                throw arguments.Error($"channels along dimension {axis}", $"one of {view.Shape.Length} dimensions");
            }
            long channels = view.Shape[(int)axis];
            if (scales.ElementCount != channels || zeroPoints.ElementCount != channels)
            {
                throw arguments.Error(
                    $"{scales.ElementCount} scales and {zeroPoints.ElementCount} zero points",
                    $"one for each of {channels} channels"
                );
            }
            return new Quantization.PerChannel(scales, zeroPoints, (int)axis);
        }
        throw arguments.Unfit(4, "a scheme of quantization: per_tensor_affine or per_channel_affine, and its numbers");
    }

    /// <summary>dtype, size, stride, requires_grad</summary>
    private static TensorView RebuildMeta(RebuildArguments arguments)
    {
        DType dtype = arguments.DType(0);
        ImmutableArray<long> shape = arguments.Longs(1);
        ImmutableArray<long> strides = arguments.Longs(2);
        if (TensorBounds.FindFault(long.MaxValue, dtype, shape.AsSpan(), strides.AsSpan(), 0) is { } fault)
        {
            throw arguments.Error(fault.Found, fault.Expected);
        }
        Int128 bytes = ByteCountOf(dtype, shape, strides);
        if (bytes > long.MaxValue)
        {
            throw arguments.Error($"a tensor of {bytes} bytes", "a size in bytes that fits in 64 bits");
        }
        var storage = Storage.Meta((long)bytes, dtype);
        return new TensorView(storage, dtype, shape, strides) { RequiresGrad = arguments.Bool(3) };
    }

    /// <summary>The bytes up to the last element.</summary>
    private static Int128 ByteCountOf(DType dtype, ImmutableArray<long> shape, ImmutableArray<long> strides)
    {
        Int128 last = 0;
        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i] == 0)
            {
                return 0;
            }
            last += (Int128)(shape[i] - 1) * strides[i];
        }
        return (last + 1) * dtype.ItemSize;
    }

    /// <summary>The view that arguments 0 to 3 describe, its bounds proved.</summary>
    private TensorView View(RebuildArguments arguments, DType dtype)
    {
        Storage storage = arguments.Storage(0);
        long offset = arguments.Long(1);
        _lastShape = arguments.Longs(2, _lastShape);
        _lastStrides = arguments.Longs(3, _lastStrides);
        return View(storage, dtype, offset, _lastShape, _lastStrides, arguments.Location);
    }

    /// <summary>A view, its bounds proved.</summary>
    public static TensorView View(
        Storage storage,
        DType dtype,
        long offset,
        ImmutableArray<long> shape,
        ImmutableArray<long> strides,
        ErrorLocation here
    )
    {
        if (TensorBounds.FindFault(storage.ByteCount, dtype, shape.AsSpan(), strides.AsSpan(), offset) is { } fault)
        {
            throw here.Error(CheckpointErrorKind.InvalidTensor, fault.Found, fault.Expected);
        }
        return new TensorView(storage, dtype, shape, strides, offset);
    }

    /// <summary>Applies <c>requires_grad</c> and the metadata, a dictionary with <c>conj</c> and <c>neg</c>.</summary>
    private static TensorView Mark(
        TensorView view,
        bool requiresGrad,
        PyValue? metadata,
        RebuildArguments arguments,
        int index
    )
    {
        if (metadata is null or PyNone)
        {
            return requiresGrad ? new TensorView(view) { RequiresGrad = true } : view;
        }
        // TorchScript tags it with its type.
        if (ScriptTags.Untag(metadata) is not PyDict flags)
        {
            throw arguments.Unfit(index, "a dictionary of flags");
        }
        return new TensorView(view)
        {
            RequiresGrad = requiresGrad,
            IsConjugated = flags.TryGetValue("conj", out PyValue? conj) && conj is PyBool { Value: true },
            IsNegated = flags.TryGetValue("neg", out PyValue? neg) && neg is PyBool { Value: true },
        };
    }

    private static double? AsDouble(PyValue value) =>
        value switch
        {
            PyFloat number => number.Value,
            PyInt number => (double)number.Value,
            _ => null,
        };

    /// <summary>Scales or zero points: a tensor, or in files of before PyTorch 1.4 a list or tuple of numbers.</summary>
    private static TensorView? AsChannelTensor(PyValue value, DType dtype)
    {
        if (value is PyTensor tensor)
        {
            return tensor.View;
        }
        if (value is not (PyList or PyTuple))
        {
            return null;
        }
        var items = (IReadOnlyList<PyValue>)value;
        if (items.Any(item => AsDouble(item) is null))
        {
            return null;
        }
        return dtype == DType.Int64
            ? RebuildArguments.AsLongs(value) is { } numbers
                ? TensorView.FromArray(numbers.ToArray())
                : null
            : TensorView.FromArray(items.Select(item => AsDouble(item)!.Value).ToArray());
    }
}
