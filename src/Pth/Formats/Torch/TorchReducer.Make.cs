using System.Collections.Immutable;

namespace Pth.Formats.Torch;

// Tensors that were made in .NET.
internal sealed partial class TorchReducer
{
    private const string Utilities = "torch._utils";

    private readonly Dictionary<TensorLayout, PyObject> _layouts = [];

    private PyObject Make(TensorView view)
    {
        if (view.IsParameter)
        {
            var data = new PyTensor(new TensorView(view) { IsParameter = false, RequiresGrad = false });
            return Call("_rebuild_parameter", data, PyBool.Of(view.RequiresGrad), NoHooks());
        }
        return view.Layout switch
        {
            TensorLayout.Nested => MakeNested(view),
            not TensorLayout.Strided => MakeSparse(view),
            _ when view.Storage.IsMeta => Call(
                "_rebuild_meta_tensor_no_storage",
                Global("torch", view.DType.TorchName),
                Tuple(view.Shape),
                Tuple(view.Strides),
                PyBool.Of(view.RequiresGrad)
            ),
            _ when view.Quantization is { } quantization => MakeQuantized(view, quantization),
            _ => MakeStrided(view),
        };
    }

    /// <summary>
    /// Refuses what an old PyTorch could not load, whether it was made here or read from a newer file. PyTorch 1.13 itself forgets the
    /// flags and saves other numbers than it was given.
    /// </summary>
    private void RequireReadable(TensorView view)
    {
        if (
            profile is not (WriterProfile.PyTorch19 or WriterProfile.PyTorch113)
            || view.Layout != TensorLayout.Strided
            || view.Storage.IsMeta
        )
        {
            return;
        }
        string? unknown =
            !StorageClasses.TryGetName(view.DType, out _) ? view.DType.TorchName
            : view.IsConjugated || view.IsNegated ? "conjugated and negated views"
            : null;
        if (unknown is not null)
        {
            throw new InvalidOperationException(
                $"PyTorch 1.13 has no way to read {unknown}: choose the profile {WriterProfile.PyTorch21} or later."
            );
        }
    }

    private PyObject MakeStrided(TensorView view)
    {
        bool hasClass = StorageClasses.TryGetName(view.DType, out _);
        List<PyValue> arguments =
        [
            new PyStorage(view.Storage) { ViewedAs = view.DType },
            new PyInt(view.Offset),
            Tuple(view.Shape),
            Tuple(view.Strides),
            PyBool.Of(view.RequiresGrad),
            NoHooks(),
        ];
        if (!hasClass)
        {
            arguments.Add(Global("torch", view.DType.TorchName));
        }
        if (view.IsConjugated || view.IsNegated)
        {
            arguments.Add(Flags(view));
        }
        return Call(hasClass ? "_rebuild_tensor_v2" : "_rebuild_tensor_v3", [.. arguments]);
    }

    private PyObject MakeQuantized(TensorView view, Quantization quantization)
    {
        PyTuple scheme = quantization switch
        {
            Quantization.PerTensor tensor => new PyTuple(
                Global("torch", "per_tensor_affine"),
                new PyFloat(tensor.Scale),
                new PyInt(tensor.ZeroPoint)
            ),
            Quantization.PerChannel channel => new PyTuple(
                Global("torch", "per_channel_affine"),
                new PyTensor(channel.Scales),
                new PyTensor(channel.ZeroPoints),
                new PyInt(channel.Axis)
            ),
            _ => throw new InvalidOperationException($"Found {quantization}, expected a known quantization."),
        };
        return Call(
            "_rebuild_qtensor",
            new PyStorage(view.Storage) { ViewedAs = view.DType },
            new PyInt(view.Offset),
            Tuple(view.Shape),
            Tuple(view.Strides),
            scheme,
            PyBool.Of(view.RequiresGrad),
            NoHooks()
        );
    }

    private PyObject MakeSparse(TensorView view)
    {
        List<PyValue> data = [.. view.Parts.Select(part => new PyTensor(part.Tensor)), Size(view.Shape)];
        bool isOld = profile is WriterProfile.PyTorch19 or WriterProfile.PyTorch113;
        if (view.Layout == TensorLayout.SparseCoo && !isOld)
        {
            data.Add(PyBool.Of(view.IsCoalesced));
        }
        return Call(
            view.Layout == TensorLayout.SparseCsr && isOld ? "_rebuild_sparse_csr_tensor" : "_rebuild_sparse_tensor",
            LayoutObject(view.Layout),
            PyTuple.Create([.. data])
        );
    }

    private PyObject MakeNested(TensorView view)
    {
        // Sizes, strides and offsets of each tensor, or, jagged, the offsets of the rows.
        if (view.Parts.Length != 4)
        {
            return MakeJagged(view);
        }
        return Call("_rebuild_nested_tensor", [.. view.Parts.Select(part => new PyTensor(part.Tensor))]);
    }

    /// <summary>
    /// What PyTorch's own files have beside this (shortest and longest row, marks of its compiler) are caches, which it fills when
    /// they are asked for.
    /// </summary>
    private PyObject MakeJagged(TensorView view)
    {
        if (profile is WriterProfile.PyTorch19 or WriterProfile.PyTorch113)
        {
            throw new InvalidOperationException(
                $"PyTorch 1.13 has no way to read jagged tensors: choose the profile {WriterProfile.PyTorch21} or later."
            );
        }
        const string module = "torch.nested._internal.nested_tensor";
        var keywords = new PyDict
        {
            { "values", view.Parts[0].Tensor },
            { "offsets", view.Parts[1].Tensor },
            { "lengths", view.Parts.Length > 2 ? new PyTensor(view.Parts[2].Tensor) : PyNone.Value },
            { "_ragged_idx", view.RaggedIndex },
            { "_metadata_cache", new PyDict() },
            { "requires_grad", view.RequiresGrad },
        };
        return new PyObject(
            Global("torch._tensor", "_rebuild_from_type_v2"),
            new PyTuple(
                Global(module, "_rebuild_njt"),
                Global(module, "NestedTensor"),
                new PyTuple(keywords),
                new PyDict()
            )
        );
    }

    private PyObject LayoutObject(TensorLayout layout)
    {
        if (!_layouts.TryGetValue(layout, out PyObject? made))
        {
            string name = layout switch
            {
                TensorLayout.SparseCoo => "torch.sparse_coo",
                TensorLayout.SparseCsr => "torch.sparse_csr",
                TensorLayout.SparseCsc => "torch.sparse_csc",
                TensorLayout.SparseBsr => "torch.sparse_bsr",
                TensorLayout.SparseBsc => "torch.sparse_bsc",
                _ => throw new InvalidOperationException($"Found {layout}, expected a sparse layout."),
            };
            made = new PyObject(Global("torch.serialization", "_get_layout"), new PyTuple(new PyString(name)));
            _layouts.Add(layout, made);
        }
        return made;
    }

    private PyObject Size(ImmutableArray<long> shape) => new(Global("torch", "Size"), new PyTuple(Tuple(shape)));

    private static PyDict Flags(TensorView view)
    {
        var flags = new PyDict();
        if (view.IsConjugated)
        {
            flags.Add(new PyString("conj"), PyBool.True);
        }
        if (view.IsNegated)
        {
            flags.Add(new PyString("neg"), PyBool.True);
        }
        return flags;
    }

    /// <summary>PyTorch saves no hooks, and writes an empty dictionary in their place, a new one for each tensor.</summary>
    private static PyDict NoHooks() => new() { IsOrdered = true };

    private PyObject Call(string function, params ReadOnlySpan<PyValue> arguments) =>
        new(Global(Utilities, function), PyTuple.Create(arguments));

    private static PyTuple Tuple(ImmutableArray<long> numbers)
    {
        if (numbers.IsEmpty)
        {
            return PyTuple.Empty;
        }
        var items = new PyValue[numbers.Length];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = new PyInt(numbers[i]);
        }
        return new PyTuple(items, owned: true);
    }
}
