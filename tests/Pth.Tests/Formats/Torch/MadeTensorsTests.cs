namespace Pth.Tests.Formats.Torch;

/// <summary>Tensors that know nothing of a file they came from, written as PyTorch wrote them.</summary>
public class MadeTensorsTests
{
    [Theory]
    [InlineData("torch-1.13.1", "dtypes.pt")]
    [InlineData("torch-1.13.1", "quantized.pt")]
    [InlineData("torch-1.13.1", "sparse_coo.pt")]
    [InlineData("torch-1.13.1", "sparse_csr.pt")]
    [InlineData("torch-1.13.1", "state_dict.pth")]
    [InlineData("torch-1.13.1", "strides.pt")]
    [InlineData("torch-1.13.1", "tied.pth")]
    [InlineData("torch-2.6.0", "dtypes.pt")]
    [InlineData("torch-2.6.0", "sparse_bsr.pt")]
    [InlineData("torch-2.6.0", "state_dict.pth")]
    [InlineData("torch-2.14.1", "adam.pt")]
    [InlineData("torch-2.14.1", "conjugates.pt")]
    [InlineData("torch-2.14.1", "data_parallel.pth")]
    [InlineData("torch-2.14.1", "dict_300.pt")]
    [InlineData("torch-2.14.1", "dtypes.pt")]
    [InlineData("torch-2.14.1", "lightning.ckpt")]
    [InlineData("torch-2.14.1", "meta.pt")]
    [InlineData("torch-2.14.1", "nested.pt")]
    [InlineData("torch-2.14.1", "quantized.pt")]
    [InlineData("torch-2.14.1", "sparse_bsc.pt")]
    [InlineData("torch-2.14.1", "sparse_bsr.pt")]
    [InlineData("torch-2.14.1", "sparse_coo.pt")]
    [InlineData("torch-2.14.1", "sparse_csc.pt")]
    [InlineData("torch-2.14.1", "sparse_csr.pt")]
    [InlineData("torch-2.14.1", "state_dict.pth")]
    [InlineData("torch-2.14.1", "strides.pt")]
    [InlineData("torch-2.14.1", "tensor.pt")]
    [InlineData("torch-2.14.1", "tied.pth")]
    [InlineData("torch-2.14.1", "training.pth")]
    public void A_tensor_that_was_made_here_is_written_as_PyTorch_writes_it(string folder, string name)
    {
        string path = Saved.Fixture(folder, name);
        using Checkpoint checkpoint = Checkpoint.Open(path);

        PyValue made = new Remaking().Remake(checkpoint.Root);

        Saved.AssertSameBytes(File.ReadAllBytes(path), Saved.Bytes(made, Saved.As(checkpoint.Container)), name);
    }

    [Theory]
    [InlineData("torch-1.13.1")]
    [InlineData("torch-2.14.1")]
    public void A_parameter_that_was_made_here_is_written_as_PyTorch_writes_it(string folder)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Saved.Fixture(folder, "parameters.pt"));
        var read = new PyDict();
        var made = new PyDict();
        foreach (string name in new[] { "plain", "frozen", "with_grad", "half" })
        {
            read[name] = checkpoint.Root[name];
            made[name] = new PyTensor(checkpoint.Root[name].As<PyTensor>().View);
        }

        WriteOptions options = Saved.As(checkpoint.Container);
        Saved.AssertSameBytes(Saved.Bytes(read, options), Saved.Bytes(made, options), folder);
    }

    [Fact]
    public void Tensors_of_two_files_and_new_ones_share_the_words_that_are_one_object_in_Python()
    {
        using Checkpoint first = Checkpoint.Open(Saved.Fixture("torch-2.14.1", "tensor.pt"));
        using Checkpoint second = Checkpoint.Open(Saved.Fixture("torch-2.14.1", "tensor.pt"));
        var made = TensorView.FromArray(new[] { 1f, 2f });
        var root = new PyList { made, first.Root, second.Root };

        byte[] bytes = Saved.Bytes(root);

        Assert.Equal(1, Count(bytes, "X\x07\0\0\0storage"u8));
        Assert.Equal(1, Count(bytes, "X\x03\0\0\0cpu"u8));
        Assert.Equal(1, Count(bytes, "ctorch\nFloatStorage\n"u8));
        using Checkpoint again = Checkpoint.Open(bytes);
        Assert.Equal(3, again.Tensors.Select(tensor => tensor.Tensor.Storage).Distinct().Count());
    }

    [Fact]
    public void One_storage_seen_as_two_types_cannot_be_saved()
    {
        TensorView floats = TensorView.FromArray(new[] { 1f, 2f });
        var integers = new TensorView(floats.Storage, DType.Int32, [2], [1]);

        var error = Assert.Throws<InvalidOperationException>(() => Saved.Bytes(new PyList { floats, integers }));

        Assert.Contains("different types", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Types_without_a_storage_class_may_share_a_storage()
    {
        TensorView a = TensorView.FromArray(new ushort[] { 1, 2 });
        var b = new TensorView(a.Storage, DType.UInt32, [1], [1]);

        using Checkpoint again = Saved.Reopen(new PyList { a, b });

        Assert.Same(again.Tensors[0].Tensor.Storage, again.Tensors[1].Tensor.Storage);
        Assert.Equal(0x20001u, again.Tensors[1].Tensor.ToArray<uint>()[0]);
    }

    [Fact]
    public void PyTorch_before_2_1_has_no_way_to_save_a_type_without_a_storage_class()
    {
        PyValue tensor = TensorView.FromArray(new ushort[] { 1, 2 });

        Assert.Throws<InvalidOperationException>(() =>
            Saved.Bytes(tensor, new WriteOptions { Profile = WriterProfile.PyTorch113 })
        );
    }

    [Fact]
    public void Empty_storages_have_a_record_each()
    {
        var root = new PyList { TensorView.Zeros(DType.Float32, [0]), TensorView.Zeros(DType.Int64, [0, 3]) };

        using Checkpoint again = Saved.Reopen(root);

        Assert.NotSame(again.Tensors[0].Tensor.Storage, again.Tensors[1].Tensor.Storage);
        Assert.Equal([0, 3], again.Tensors[1].Tensor.Shape);
    }

    private static int Count(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> what) => bytes.Count(what);

    /// <summary>Copies values, one for one; tensors forget the call that they were read from.</summary>
    private sealed class Remaking
    {
        private readonly Dictionary<PyValue, PyValue> _made = new(ReferenceEqualityComparer.Instance);

        public PyValue Remake(PyValue value)
        {
            if (_made.TryGetValue(value, out PyValue? made))
            {
                return made;
            }
            switch (value)
            {
                case PyTensor tensor:
                    return _made[value] = new PyTensor(tensor.View);
                case PyDict dictionary:
                    var copy = new PyDict { IsOrdered = dictionary.IsOrdered, State = dictionary.State };
                    _made[value] = copy;
                    foreach ((PyValue key, PyValue item) in dictionary)
                    {
                        copy.Add(key, Remake(item));
                    }
                    return copy;
                case PyList list:
                    var items = new PyList();
                    _made[value] = items;
                    foreach (PyValue item in list)
                    {
                        items.Add(Remake(item));
                    }
                    return items;
                default:
                    return value;
            }
        }
    }
}
