using Pth.Bytes;

namespace Pth.Tests.StateDicts;

/// <summary>Hand-made values in the shape of what a pickle gives.</summary>
internal static class Sample
{
    public static TensorView Tensor(params long[] shape) => Typed(DType.Float32, shape);

    public static TensorView Typed(DType dtype, params long[] shape)
    {
        var bytes = new byte[shape.Aggregate(1L, (a, b) => a * b) * dtype.ItemSize];
        var strides = new long[shape.Length];
        long step = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = step;
            step *= Math.Max(1, shape[i]);
        }
        return new TensorView(new Storage(new MemorySource(bytes), dtype), dtype, [.. shape], [.. strides]);
    }

    public static TensorView Parameter(params long[] shape)
    {
        TensorView tensor = Tensor(shape);
        return new TensorView(tensor.Storage, tensor.DType, tensor.Shape, tensor.Strides)
        {
            IsParameter = true,
            RequiresGrad = true,
        };
    }

    public static PySet Set(params PyValue[] items)
    {
        var set = new PySet();
        foreach (PyValue item in items)
        {
            set.Add(item);
        }
        return set;
    }

    public static PyDict Dict(params (string Key, PyValue Value)[] entries) => Fill(new PyDict(), entries);

    public static PyDict Ordered(params (string Key, PyValue Value)[] entries) =>
        Fill(new PyDict { IsOrdered = true }, entries);

    /// <summary>A state dict of one-element tensors, with metadata.</summary>
    public static StateDict State(IEnumerable<string> names, IEnumerable<(string Path, long Version)>? metadata = null)
    {
        PyDict dictionary = Ordered([.. names.Select(name => (name, (PyValue)Tensor(1)))]);
        if (metadata is not null)
        {
            dictionary.State = Dict(
                (
                    "_metadata",
                    Ordered([
                        .. metadata.Select(entry => (entry.Path, (PyValue)Dict(("version", (PyValue)entry.Version)))),
                    ])
                )
            );
        }
        return StateDict.FromPython(dictionary);
    }

    /// <summary>A pickled <c>torch.nn.Module</c>.</summary>
    public static PyObject Module(
        string className,
        PyDict parameters,
        PyDict modules,
        PyDict? buffers = null,
        params (string Key, PyValue Value)[] attributes
    )
    {
        int dot = className.LastIndexOf('.');
        return new PyObject(
            new PyGlobal(className[..dot], className[(dot + 1)..]),
            PyTuple.Empty,
            PyConstruction.NewObject
        )
        {
            State = Dict([
                ("training", (PyValue)false),
                ("_parameters", parameters),
                ("_buffers", buffers ?? Ordered()),
                .. attributes,
                ("_modules", modules),
            ]),
        };
    }

    private static PyDict Fill(PyDict dictionary, (string Key, PyValue Value)[] entries)
    {
        foreach ((string key, PyValue value) in entries)
        {
            dictionary.Add(key, value);
        }
        return dictionary;
    }
}
