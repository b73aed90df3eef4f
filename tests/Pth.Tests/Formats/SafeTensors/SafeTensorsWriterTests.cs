using System.Collections.Immutable;

namespace Pth.Tests.Formats.SafeTensors;

public class SafeTensorsWriterTests
{
    [Theory]
    [InlineData("a", """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 88)]
    [InlineData(
        "\u00e9\"\\\n\u007f\u0001\U0001F600/",
        """{"__metadata__":{"format":"pt"},"é\"\\\n\u0001😀/":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
        104
    )]
    public void Names_are_escaped_and_the_header_is_padded_as_the_reference_does(string name, string header, int length)
    {
        byte[] file = Saved.Bytes(
            SafeTensorsFile.Dictionary((name, TensorView.Scalar(1f).Reshape(1))),
            SafeTensorsFile.Options
        );

        // The delete character stands as it is.
        string expected = header.Replace("\\n\\u0001", "\\n\u007f\\u0001", StringComparison.Ordinal);
        Assert.Equal(expected, SafeTensorsFile.HeaderOf(file).TrimEnd(' '));
        Assert.Equal(length + 8 + 4, file.Length);
        Assert.Equal(0, length % 8);
    }

    [Fact]
    public void An_empty_dictionary_is_a_file_without_tensors()
    {
        byte[] file = Saved.Bytes(new PyDict(), SafeTensorsFile.Options);

        Assert.Equal("""{"__metadata__":{"format":"pt"}}""", SafeTensorsFile.HeaderOf(file));
        using Checkpoint checkpoint = Checkpoint.Open(file);
        Assert.Empty(checkpoint.Tensors);
    }

    [Fact]
    public void Metadata_is_sorted_and_a_format_of_ones_own_stays()
    {
        WriteOptions options = SafeTensorsFile.Options with
        {
            Metadata = new Dictionary<string, string>
            {
                ["z"] = "1",
                ["\U0001F600"] = "2",
                ["\uffff"] = "3",
                ["format"] = "np",
            },
        };

        string header = SafeTensorsFile.HeaderOf(Saved.Bytes(new PyDict(), options));

        Assert.StartsWith(
            """{"__metadata__":{"format":"np","z":"1",""" + "\"\uffff\":\"3\",\"\U0001F600\":\"2\"}}",
            header,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_stream_gets_the_bytes_that_a_file_gets()
    {
        PyDict root = Large();
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "a.safetensors");
        using var stream = new MemoryStream();

        SaveSummary summary = Checkpoint.Save(path, root, SafeTensorsFile.Options);
        Checkpoint.Save(new OneWayStream(stream), root, SafeTensorsFile.Options);

        byte[] file = File.ReadAllBytes(path);
        Saved.AssertSameBytes(stream.ToArray(), file, path);
        Assert.Equal(file.Length, summary.FileLength);
        using Checkpoint reread = Checkpoint.Open(path);
        Assert.All(
            reread.StateDict,
            pair => Assert.Equal(Hash(root[pair.Key]), Convert.ToHexString(pair.Value.Sha256()))
        );
        Assert.Equal(root.Count, reread.StateDict.Count);
    }

    [Fact]
    public void Strides_conjugation_and_negation_are_applied()
    {
        TensorView grid = TensorView.FromArray<float>([1, 2, 3, 4, 5, 6], [2, 3]);
        var transposed = new TensorView(grid.Storage, DType.Float32, [3, 2], [1, 3]);
        var expanded = new TensorView(TensorView.Scalar(9f).Storage, DType.Float32, [2, 2], [0, 0]);
        TensorView complex = TensorView.FromBytes(DType.Complex64, Floats(1, 2, 3, 4), [2]);
        var conjugated = new TensorView(complex) { IsConjugated = true };
        var negated = new TensorView(TensorView.FromArray<float>([1, -2], [2])) { IsNegated = true };

        using Checkpoint read = Saved.Reopen(
            SafeTensorsFile.Dictionary(("t", transposed), ("e", expanded), ("c", conjugated), ("n", negated)),
            SafeTensorsFile.Options
        );

        Assert.Equal([1, 4, 2, 5, 3, 6], read.StateDict["t"].ToArray<float>());
        Assert.Equal([9, 9, 9, 9], read.StateDict["e"].ToArray<float>());
        Assert.Equal([1, -2, 3, -4], read.StateDict["c"].ReadAs<float>());
        Assert.Equal([-1, 2], read.StateDict["n"].ToArray<float>());
        Assert.All(read.Tensors, named => Assert.True(named.Tensor.IsContiguous));
    }

    [Fact]
    public void Everything_that_it_cannot_hold_is_listed_in_one_message_or_left_out()
    {
        var root = new PyDict
        {
            ["state_dict"] = SafeTensorsFile.Dictionary(
                ("a", TensorView.Scalar(1f)),
                ("z", TensorView.FromBytes(DType.Complex128, new byte[16], [])),
                ("q", TensorView.FromBytes(DType.QInt8, new byte[1], [1])),
                ("m", new TensorView(Storage.Meta(4, DType.Float32), DType.Float32, [1], [1])),
                ("\ud800", TensorView.Scalar(2f))
            ),
            ["epoch"] = 3,
            ["optimizer"] = new PyDict { ["state"] = new PyDict(), ["param_groups"] = new PyList() },
        };

        string message = Assert
            .Throws<InvalidOperationException>(() => Saved.Bytes(root, SafeTensorsFile.Options))
            .Message;
        foreach (
            string expected in (string[])
                ["epoch: 3", "optimizer: ", "z: element type complex128", "q: quantized", "m: tensor on the meta"]
        )
        {
            Assert.Contains(expected, message, StringComparison.Ordinal);
        }
        using var stream = new MemoryStream();
        SaveSummary summary = Checkpoint.Save(stream, root, SafeTensorsFile.Options with { TensorsOnly = true });
        using Checkpoint read = Checkpoint.Open(stream.ToArray());
        Assert.Equal(["a"], read.StateDict.Keys);
        Assert.Equal(6, summary.LeftOut.Count);
    }

    [Fact]
    public void A_lone_tensor_has_no_name_to_be_saved_under()
    {
        Assert.Throws<InvalidOperationException>(() => Saved.Bytes(TensorView.Scalar(1f), SafeTensorsFile.Options));
    }

    [Fact]
    public void Tensors_that_no_state_dict_holds_go_by_their_paths()
    {
        var root = new PyList
        {
            TensorView.Scalar(1f),
            new PyDict
            {
                ["x"] = new PyList { TensorView.Scalar(2f), 5 },
            },
        };

        Assert.Contains(
            "[1].x[1]: 5",
            Assert.Throws<InvalidOperationException>(() => Saved.Bytes(root, SafeTensorsFile.Options)).Message,
            StringComparison.Ordinal
        );
        using Checkpoint read = Saved.Reopen(root, SafeTensorsFile.Options with { TensorsOnly = true });

        Assert.Equal(["[0]", "[1].x[0]"], read.StateDict.Keys.Order());
    }

    [Fact]
    public void Shared_tensors_are_refused_with_a_table_or_kept_once_or_cloned()
    {
        TensorView whole = TensorView.FromArray<float>([1, 2, 3, 4], [4]);
        var head = new TensorView(whole.Storage, DType.Float32, [2], [1]);
        PyDict root = SafeTensorsFile.Dictionary(
            ("z.tied", whole),
            ("b.weight", whole),
            ("a.head", head),
            ("other", TensorView.Scalar(1f))
        );

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() =>
            Saved.Bytes(root, SafeTensorsFile.Options)
        );
        byte[] kept = Saved.Bytes(root, SafeTensorsFile.Options with { SharedTensors = SharedTensorPolicy.KeepFirst });
        using Checkpoint cloned = Saved.Reopen(
            root,
            SafeTensorsFile.Options with
            {
                SharedTensors = SharedTensorPolicy.Clone,
            }
        );

        Assert.Contains("a.head = b.weight = z.tied (16 bytes)", error.Message, StringComparison.Ordinal);
        using Checkpoint first = Checkpoint.Open(kept);
        Assert.Equal(["b.weight", "other"], first.StateDict.Keys.Order());
        Assert.Equal("b.weight", first.Container.Metadata["a.head"]);
        Assert.Equal("b.weight", first.Container.Metadata["z.tied"]);
        Assert.Equal([1, 2], cloned.StateDict["a.head"].ToArray<float>());
        Assert.Equal(4, cloned.StateDict.Count);
    }

    [Fact]
    public void Of_shared_tensors_none_can_be_kept_when_none_covers_all()
    {
        TensorView whole = TensorView.FromArray<float>([1, 2, 3, 4], [4]);
        PyDict root = SafeTensorsFile.Dictionary(
            ("a", new TensorView(whole.Storage, DType.Float32, [3], [1])),
            ("b", new TensorView(whole.Storage, DType.Float32, [3], [1], 1))
        );

        Assert.Throws<InvalidOperationException>(() =>
            Saved.Bytes(root, SafeTensorsFile.Options with { SharedTensors = SharedTensorPolicy.KeepFirst })
        );
    }

    [Fact]
    public void Damage_in_the_source_is_not_copied_on()
    {
        byte[] zip = Saved.Bytes(Large());
        ReadOnlySpan<byte> needle = [3, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0];
        zip[zip.AsSpan().LastIndexOf(needle)] ^= 1;
        using Checkpoint damaged = Checkpoint.Open(zip);

        CheckpointException error = Assert.Throws<CheckpointException>(() =>
            Saved.Bytes(damaged.Root, SafeTensorsFile.Options)
        );

        Assert.Equal(CheckpointErrorKind.ChecksumMismatch, error.Kind);
    }

    [Fact]
    public void Cancelled_it_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "a.safetensors");
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(() =>
            Checkpoint.Save(path, Large(), SafeTensorsFile.Options with { CancellationToken = cancelled.Token })
        );

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    // Several chunks, parts that are gathered, and tensors that are put together.
    private static PyDict Large()
    {
        int[] numbers = [.. Enumerable.Range(0, 900_000)];
        TensorView large = TensorView.FromArray(numbers, [900, 1000]);
        PyDict root = SafeTensorsFile.Dictionary(
            ("large", large),
            (
                "transposed",
                new TensorView(TensorView.FromArray(numbers, [900, 1000]).Storage, DType.Int32, [1000, 900], [1, 1000])
            ),
            ("bytes", TensorView.FromArray(new byte[3_000_001], [3_000_001])),
            ("empty", TensorView.Zeros(DType.Float64, [0, 3]))
        );
        for (int i = 0; i < 100; i++)
        {
            root[$"small.{i}"] = TensorView.FromArray([(short)i], ImmutableArray<long>.Empty.AsSpan());
        }
        return root;
    }

    private static string Hash(PyValue tensor) => Convert.ToHexString(tensor.As<PyTensor>().View.Sha256());

    private static byte[] Floats(params float[] values)
    {
        var bytes = new byte[4 * values.Length];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        return bytes;
    }
}
