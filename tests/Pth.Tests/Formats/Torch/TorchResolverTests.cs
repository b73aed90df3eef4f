namespace Pth.Tests.Formats.Torch;

/// <summary>Descriptions of tensors that are wrong, and globals that are unknown.</summary>
public class TorchResolverTests
{
    private static readonly PyDict NoHooks = new() { IsOrdered = true };

    public static TheoryData<string> Malformed() => [.. MalformedCalls.Keys];

    private static Dictionary<string, PyObject> MalformedCalls { get; } =
        new()
        {
            ["too few arguments"] = V2(Floats(6), 0, Tuple(2, 3)),
            ["no storage"] = V2("storage", 0, Tuple(2, 3), Tuple(3, 1), false, NoHooks),
            ["offset of another kind"] = V2(Floats(6), "0", Tuple(2, 3), Tuple(3, 1), false, NoHooks),
            ["offset below 0"] = V2(Floats(6), -1, Tuple(2, 3), Tuple(3, 1), false, NoHooks),
            ["offset of 80 bits"] = V2(
                Floats(6),
                System.Numerics.BigInteger.Pow(2, 79),
                Tuple(2, 3),
                Tuple(3, 1),
                false,
                NoHooks
            ),
            ["size below 0"] = V2(Floats(6), 0, Tuple(-2, 3), Tuple(3, 1), false, NoHooks),
            ["stride below 0"] = V2(Floats(6), 0, Tuple(2, 3), Tuple(3, -1), false, NoHooks),
            ["one stride too few"] = V2(Floats(6), 0, Tuple(2, 3), Tuple(3), false, NoHooks),
            ["one element past the end"] = V2(Floats(6), 1, Tuple(2, 3), Tuple(3, 1), false, NoHooks),
            ["far past the end"] = V2(Floats(6), 0, Tuple(2, 3), Tuple(1L << 61, 1), false, NoHooks),
            ["sizes whose product overflows"] = V2(
                Floats(6),
                0,
                Tuple(1L << 32, 1L << 32),
                Tuple(0, 0),
                false,
                NoHooks
            ),
            ["requires_grad of another kind"] = V2(Floats(6), 0, Tuple(2, 3), Tuple(3, 1), 0, NoHooks),
            ["metadata of another kind"] = V2(Floats(6), 0, Tuple(2, 3), Tuple(3, 1), false, NoHooks, "conj"),
            ["v1 past the end"] = Call("_rebuild_tensor", Floats(6), 1, Tuple(6), Tuple(1)),
            ["v3 of an unknown type"] = Call(
                "_rebuild_tensor_v3",
                Floats(6),
                0,
                Tuple(6),
                Tuple(1),
                false,
                NoHooks,
                new PyGlobal("torch", "float7")
            ),
            ["v3 past the end"] = Call(
                "_rebuild_tensor_v3",
                Floats(6),
                0,
                Tuple(7),
                Tuple(1),
                false,
                NoHooks,
                new PyGlobal("torch", "uint32")
            ),
            ["parameter of a number"] = Call("_rebuild_parameter", 5, true, NoHooks),
            ["parameter without requires_grad"] = Call("_rebuild_parameter", Ones(2), PyNone.Value, NoHooks),
            ["quantized without a quantized storage"] = Quantized(Floats(4), PerTensor()),
            ["quantized without a scheme"] = Quantized(QuantizedStorage(4), PyTuple.Empty),
            ["quantized past the end"] = Quantized(QuantizedStorage(3), PerTensor()),
            ["channels along a dimension that is not there"] = Quantized(QuantizedStorage(4), PerChannel(4, 1)),
            ["one channel too few"] = Quantized(QuantizedStorage(4), PerChannel(3, 0)),
            ["sparse of an unknown layout"] = Sparse("torch.sparse_new", Indices(1, 2), Ones(2), Tuple(5)),
            ["sparse with values for other indices"] = Sparse("torch.sparse_coo", Indices(1, 2), Ones(3), Tuple(5)),
            ["sparse of another rank"] = Sparse("torch.sparse_coo", Indices(1, 2), Ones(2), Tuple(5, 5)),
            ["sparse with float indices"] = Sparse("torch.sparse_coo", Ones(2), Ones(2), Tuple(5)),
            ["sparse of negative size"] = Sparse("torch.sparse_coo", Indices(1, 2), Ones(2), Tuple(-5)),
            ["rows of another number"] = Sparse("torch.sparse_csr", Indices(3), Indices(2), Ones(2), Tuple(5, 5)),
            ["columns without values"] = Sparse("torch.sparse_csr", Indices(6), Indices(3), Ones(2), Tuple(5, 5)),
            ["blocks that do not divide the size"] = Sparse(
                "torch.sparse_bsr",
                Indices(3),
                Indices(1),
                TensorView.Zeros(DType.Float32, [1, 2, 2]),
                Tuple(5, 4)
            ),
            ["nested with too few offsets"] = Call(
                "_rebuild_nested_tensor",
                Ones(6),
                Indices(2, 2),
                Indices(2, 2),
                Indices(1)
            ),
            ["meta of negative size"] = Call(
                "_rebuild_meta_tensor_no_storage",
                new PyGlobal("torch", "float32"),
                Tuple(-1),
                Tuple(1),
                false
            ),
            ["meta of more bytes than 64 bits count"] = Call(
                "_rebuild_meta_tensor_no_storage",
                new PyGlobal("torch", "quint4x2"),
                Tuple(2, 2),
                Tuple(long.MaxValue, long.MaxValue),
                false
            ),
            ["jagged in a dimension that it has not"] = new(
                new PyGlobal("torch._tensor", "_rebuild_from_type_v2"),
                new PyTuple(
                    new PyGlobal("torch.nested._internal.nested_tensor", "_rebuild_njt"),
                    new PyGlobal("torch.nested._internal.nested_tensor", "NestedTensor"),
                    new PyTuple(
                        new PyDict
                        {
                            ["values"] = TensorView.Zeros(DType.Float32, [5, 3]),
                            ["offsets"] = TensorView.FromArray(new long[] { 0, 2, 5 }),
                            ["_ragged_idx"] = 3,
                        }
                    ),
                    new PyDict()
                )
            ),
            ["jagged without offsets"] = new(
                new PyGlobal("torch._tensor", "_rebuild_from_type_v2"),
                new PyTuple(
                    new PyGlobal("torch.nested._internal.nested_tensor", "_rebuild_njt"),
                    new PyGlobal("torch.nested._internal.nested_tensor", "NestedTensor"),
                    new PyTuple(new PyDict { ["values"] = Ones(2) }),
                    new PyDict()
                )
            ),
        };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_call_that_is_known_and_malformed_is_an_error_at_its_opcode(string what)
    {
        byte[] file = Saved.Bytes(new PyList { MalformedCalls[what] });

        CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(file));

        Assert.Equal(CheckpointErrorKind.InvalidTensor, error.Kind);
        Assert.Equal("archive/data.pkl", error.Entry);
        Assert.NotNull(error.Offset);
    }

    [Fact]
    public void A_call_that_is_unknown_stays_and_the_tensors_in_it_and_beside_it_are_read()
    {
        var unknown = new PyObject(new PyGlobal("my.module", "rebuild"), new PyTuple(Ones(2), 5));
        var root = new PyDict { ["known"] = Ones(3), ["unknown"] = unknown };

        using Checkpoint again = Saved.Reopen(root);

        Assert.Equal("my.module.rebuild", again.Root["unknown"].As<PyObject>().Global!.FullName);
        Assert.Equal(2, again.Tensors.Count);
    }

    [Theory]
    [InlineData("torch._utils", "_rebuild_tensor_v9")]
    [InlineData("torch._utils2", "_rebuild_tensor_v2")]
    [InlineData("Torch._utils", "_rebuild_tensor_v2")]
    public void Names_are_matched_exactly(string module, string name)
    {
        var call = new PyObject(new PyGlobal(module, name), new PyTuple(Floats(6)));

        using Checkpoint again = Saved.Reopen(call);

        Assert.IsType<PyObject>(again.Root);
    }

    public static TheoryData<string, CheckpointErrorKind> References() =>
        new()
        {
            { "an unknown class", CheckpointErrorKind.InvalidTensor },
            { "a missing record", CheckpointErrorKind.MissingRecord },
            { "another number of elements", CheckpointErrorKind.SizeMismatch },
            { "a number of elements that overflows", CheckpointErrorKind.SizeMismatch },
            { "a number below 0", CheckpointErrorKind.InvalidTensor },
            { "a key that is a number", CheckpointErrorKind.InvalidTensor },
            { "one item too few", CheckpointErrorKind.InvalidTensor },
            { "another type than before", CheckpointErrorKind.InvalidTensor },
        };

    [Theory]
    [MemberData(nameof(References))]
    public void A_reference_to_a_storage_that_is_wrong_is_an_error_at_its_opcode(string what, CheckpointErrorKind kind)
    {
        var floats = new PyGlobal("torch", "FloatStorage");
        PyTuple id = what switch
        {
            "an unknown class" => new PyTuple("storage", new PyGlobal("torch", "OddStorage"), "0", "cpu", 2),
            "a missing record" => new PyTuple("storage", floats, "1", "cpu", 2),
            "another number of elements" => new PyTuple("storage", floats, "0", "cpu", 3),
            "a number of elements that overflows" => new PyTuple("storage", floats, "0", "cpu", long.MaxValue),
            "a number below 0" => new PyTuple("storage", floats, "0", "cpu", -1),
            "a key that is a number" => new PyTuple("storage", floats, 0, "cpu", 2),
            "one item too few" => new PyTuple("storage", floats, "0", "cpu"),
            _ => new PyTuple("storage", new PyGlobal("torch", "IntStorage"), "0", "cpu", 2),
        };
        // The tensor brings the record data/0, of two floats.
        PyValue tensor = what == "another type than before" ? Ones(2) : PyNone.Value;
        var root = new PyList { tensor, new PyPersistent(id), Ones(2) };
        byte[] file = Saved.Bytes(root);

        CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(file));

        Assert.Equal(kind, error.Kind);
        Assert.NotNull(error.Offset);
    }

    [Fact]
    public void A_reference_to_something_else_stays_a_reference()
    {
        var id = new PyTuple("module", new PyGlobal("my", "Net"), "net.py", "class Net: ...");

        using Checkpoint again = Saved.Reopen(new PyPersistent(id));

        Assert.Equal(4, again.Root.As<PyPersistent>().Id.As<PyTuple>().Count);
    }

    [Fact]
    public void A_storage_class_is_known_by_its_name_whatever_its_module()
    {
        var id = new PyTuple("storage", new PyGlobal("torch.cuda", "FloatStorage"), "0", "cuda:0", 2);

        using Checkpoint again = Saved.Reopen(new PyList { new PyPersistent(id), Ones(2) });

        Storage storage = again.Root[0].As<PyStorage>().Storage;
        Assert.Equal(DType.Float32, storage.DType);
        Assert.Same(storage, again.Tensors[0].Tensor.Storage);
    }

    [Fact]
    public void A_jagged_tensor_lists_its_parts()
    {
        var keywords = new PyDict
        {
            ["values"] = TensorView.Zeros(DType.Float32, [5, 3]),
            ["offsets"] = TensorView.FromArray(new long[] { 0, 2, 5 }),
            ["lengths"] = PyNone.Value,
            ["requires_grad"] = true,
        };
        var call = new PyObject(
            new PyGlobal("torch._tensor", "_rebuild_from_type_v2"),
            new PyTuple(
                new PyGlobal("torch.nested._internal.nested_tensor", "_rebuild_njt"),
                new PyGlobal("torch.nested._internal.nested_tensor", "NestedTensor"),
                new PyTuple(keywords),
                new PyDict()
            )
        );

        using Checkpoint again = Saved.Reopen(new PyDict { ["j"] = call });

        TensorView view = again.Root["j"].As<PyTensor>().View;
        Assert.Equal(TensorLayout.Nested, view.Layout);
        Assert.True(view.RequiresGrad);
        Assert.Equal(["j.values", "j.offsets"], again.Tensors.Select(tensor => tensor.Name));
    }

    [Theory]
    [InlineData("torch.sparse_coo")]
    [InlineData("torch.sparse_csr")]
    public void A_sparse_tensor_may_have_no_values(string layout)
    {
        PyObject call =
            layout == "torch.sparse_coo"
                ? Sparse(layout, Indices(2, 0), Ones(0), Tuple(3, 4))
                : Sparse(layout, Indices(4), Indices(0), Ones(0), Tuple(3, 4));

        using Checkpoint again = Saved.Reopen(call);

        TensorView view = again.Root.As<PyTensor>().View;
        Assert.Equal([3, 4], view.Shape);
        view.VerifyIndices();
        Saved.Bytes(again.Root);
    }

    [Theory]
    [InlineData("<", 1.5f)]
    // 0x3FC00000 turned.
    [InlineData(">", 6.89649039E-41f)]
    public void A_tensor_that_came_through_NumPy_is_read(string byteOrder, float? expected)
    {
        var type = new PyObject(new PyGlobal("numpy", "dtype"), new PyTuple("f4", false, true))
        {
            State = new PyTuple(3, byteOrder, PyNone.Value, PyNone.Value, PyNone.Value, -1, -1, 0),
        };
        var array = new PyObject(
            new PyGlobal("numpy.core.multiarray", "_reconstruct"),
            new PyTuple(new PyGlobal("numpy", "ndarray"), new PyTuple(0), new PyBytes("b"u8.ToArray()))
        )
        {
            State = new PyTuple(
                1,
                new PyTuple(2),
                type,
                false,
                new PyBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>([1.5f, 2]).ToArray())
            ),
        };
        PyObject call = Call(
            "_rebuild_device_tensor_from_numpy",
            array,
            new PyGlobal("torch", "float32"),
            "xla:0",
            false
        );

        using Checkpoint again = Saved.Reopen(call);

        Assert.Equal(expected, (again.Root as PyTensor)?.View.ToArray<float>()[0]);
    }

    private static PyObject V2(params ReadOnlySpan<PyValue> arguments) => Call("_rebuild_tensor_v2", arguments);

    private static PyObject Call(string function, params ReadOnlySpan<PyValue> arguments) =>
        new(new PyGlobal("torch._utils", function), new PyTuple(arguments));

    private static PyObject Quantized(PyStorage storage, PyTuple scheme) =>
        Call("_rebuild_qtensor", storage, 0, Tuple(4), Tuple(1), scheme, false, NoHooks);

    private static PyTuple PerTensor() => new(new PyGlobal("torch", "per_tensor_affine"), 0.5, 2);

    private static PyTuple PerChannel(int channels, int axis) =>
        new(
            new PyGlobal("torch", "per_channel_affine"),
            TensorView.Zeros(DType.Float64, [channels]),
            TensorView.Zeros(DType.Int64, [channels]),
            axis
        );

    private static PyObject Sparse(string layout, params ReadOnlySpan<PyValue> data) =>
        Call(
            "_rebuild_sparse_tensor",
            new PyObject(new PyGlobal("torch.serialization", "_get_layout"), new PyTuple(layout)),
            new PyTuple(data)
        );

    private static PyStorage Floats(int count) => new(Ones(count).Storage);

    private static PyStorage QuantizedStorage(int count) => new(TensorView.Zeros(DType.QInt8, [count]).Storage);

    private static TensorView Ones(int count) => TensorView.FromArray(Enumerable.Repeat(1f, count).ToArray());

    private static TensorView Indices(params ReadOnlySpan<long> shape) => TensorView.Zeros(DType.Int64, shape);

    private static PyTuple Tuple(params ReadOnlySpan<long> numbers)
    {
        var items = new PyValue[numbers.Length];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = numbers[i];
        }
        return new PyTuple(items);
    }
}
