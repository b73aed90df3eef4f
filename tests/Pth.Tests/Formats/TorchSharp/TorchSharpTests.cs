namespace Pth.Tests.Formats.TorchSharp;

public class TorchSharpTests
{
    private static readonly WriteOptions Options = new() { Format = ContainerFormat.TorchSharp };

    private static readonly DType[] DTypes =
    [
        DType.UInt8,
        DType.Int8,
        DType.Int16,
        DType.Int32,
        DType.Int64,
        DType.Float16,
        DType.Float32,
        DType.Float64,
        DType.Complex64,
        DType.Complex128,
        DType.Bool,
        DType.BFloat16,
    ];

    private static string Folder
    {
        get
        {
            Assert.SkipWhen(SharedFixtures.Folder is null, "The folder shared/fixtures is not beside the project.");
            return Path.Combine(SharedFixtures.Folder!, "dotnet__TorchSharp", "test", "TorchSharpTest");
        }
    }

    [Fact]
    public void A_module_that_TorchSharp_saved_is_read_and_written_again_to_the_byte()
    {
        string path = Path.Combine(Folder, "bug510.dat");
        using Checkpoint checkpoint = Checkpoint.Open(path);
        Assert.Equal("torchsharp-dat", checkpoint.Container.Kind);
        Assert.Equal(
            [
                "stack.0.weight float32 [32, 1, 3]",
                "stack.1.weight float32 [32]",
                "stack.1.bias float32 [32]",
                "stack.1.running_mean float32 [32]",
                "stack.1.running_var float32 [32]",
                "stack.1.num_batches_tracked int64 []",
            ],
            checkpoint.Tensors.Select(Describe)
        );
        Saved.AssertSameBytes(File.ReadAllBytes(path), Saved.Bytes(checkpoint.Root, Options), path);
        using Checkpoint loaded = Checkpoint.Load(path);
        Assert.Equal(checkpoint.Tensors.Select(Hash), loaded.Tensors.Select(Hash));
    }

    [Fact]
    public void A_lone_tensor_that_TorchSharp_saved_is_read()
    {
        using Checkpoint checkpoint = Checkpoint.Open(Path.Combine(Folder, "tensor2345.dat"));
        Assert.Equal("<root> float32 [2, 3, 4, 5]", Describe(Assert.Single(checkpoint.Tensors)));
        Assert.InRange(checkpoint.Tensors[0].Tensor.ToArray<float>()[0], 0.92f, 0.93f);
    }

    [Fact]
    public void Every_type_and_name_comes_back()
    {
        var root = new PyDict();
        foreach (DType dtype in DTypes)
        {
            byte[] bytes = [.. Enumerable.Range(1, 6 * dtype.ItemSize).Select(i => (byte)(i % 2))];
            root[$"größe.{dtype}"] = TensorView.FromBytes(dtype, bytes, [3, 2]);
        }
        root[new string('x', 200)] = TensorView.FromArray(new int[300]);
        root["scalar"] = TensorView.Scalar(5L);
        root["empty"] = TensorView.Zeros(DType.Float32, [0, 128]);
        byte[] file = Saved.Bytes(root, Options);
        // The count; a name's length in bytes; type 0, 2 dimensions.
        Assert.Equal([15, 13, .. "größe.UInt8"u8, 0, 2, 3, 2], file[..19]);

        using Checkpoint checkpoint = Checkpoint.Open(file);
        Assert.Equal(
            root.Keys.Select(key => key.As<PyString>().Value),
            checkpoint.Tensors.Select(tensor => tensor.Name)
        );
        Assert.Equal(
            root.Values.Select(value => Convert.ToHexString(value.As<PyTensor>().View.Sha256())),
            checkpoint.Tensors.Select(Hash)
        );
        Assert.All(
            checkpoint.Tensors,
            tensor =>
                Assert.Equal(
                    file.AsSpan((int)tensor.Tensor.Storage.FileOffset!.Value, (int)tensor.Tensor.ByteCount).ToArray(),
                    tensor.Tensor.Storage.GetSpan(0, (int)tensor.Tensor.ByteCount).ToArray()
                )
        );
    }

    [Theory]
    [InlineData(DType.UInt16)]
    [InlineData(DType.Float8E4M3Fn)]
    [InlineData(DType.Complex32)]
    public void Types_that_TorchSharp_lacks_are_refused(DType dtype)
    {
        var root = new PyDict { ["w"] = TensorView.Zeros(dtype, [2]) };
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Saved.Bytes(root, Options));
        Assert.Contains($"w: element type {dtype.TorchName}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_guessed_where_exportsd_counted_characters()
    {
        byte[] name = "größe"u8.ToArray();
        byte[] file = [2, 1, (byte)'a', 6, 1, 1, 0, 0, 0, 0, 5, .. name, 6, 1, 1, 0, 0, 0, 0];
        CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(file));
        Assert.Equal(CheckpointErrorKind.InvalidHeader, error.Kind);

        byte[] cut = [2, 1, (byte)'a', 6, 1, 1, 0, 0, 0, 0, 3, .. "grö"u8, 6, 1, 1, 0, 0, 0, 0];
        Assert.Equal(
            "<memory> @ 0xA: found a name that is no UTF-8, expected whole characters; TorchSharp's exportsd.py counts them instead of bytes, which breaks names beyond ASCII",
            Assert.Throws<CheckpointException>(() => Checkpoint.Open(cut)).Message
        );
    }

    [Theory]
    [InlineData(
        "02 01 61 00 00 07 01 62 06 02 FFFFFFFFFFFFFFFF7F FFFFFFFFFFFFFFFF7F",
        CheckpointErrorKind.InvalidTensor
    )]
    [InlineData("01 01 61 06 01 FFFFFFFFFFFFFFFFFF01", CheckpointErrorKind.UnknownContainer)]
    [InlineData("01 01 61 06 01 02 00000000", CheckpointErrorKind.Truncated)]
    [InlineData("02 01 61 00 00 07", CheckpointErrorKind.Truncated)]
    [InlineData("02 01 61 00 00 07 01 61 00 00 07", CheckpointErrorKind.DuplicateRecord)]
    [InlineData("02 01 61 00 00 07 01 62 0C 00 07", CheckpointErrorKind.InvalidHeader)]
    [InlineData("02 01 61 00 00 07 01 62 00 41 07", CheckpointErrorKind.InvalidHeader)]
    [InlineData("01 01 61 00 00 07 00", CheckpointErrorKind.InvalidHeader)]
    [InlineData("03 01 61 00 00 07 01 62 00 00 07", CheckpointErrorKind.Truncated)]
    public void What_is_wrong_is_said(string hex, CheckpointErrorKind kind)
    {
        byte[] file = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(kind, Assert.Throws<CheckpointException>(() => Checkpoint.Open(file)).Kind);
    }

    [Fact]
    public void A_cut_or_changed_file_is_refused_or_read_as_its_headers_say()
    {
        byte[] file = Saved.Bytes(
            new PyDict
            {
                ["a.weight"] = TensorView.FromArray(
                    new float[,]
                    {
                        { 1, 2 },
                        { 3, 4 },
                    }
                ),
                ["a.bias"] = TensorView.FromArray(new float[] { 5, 6 }),
            },
            Options
        );
        Assert.All(Damage.Cut(file), cut => Assert.DoesNotContain("[", Damage.Read(cut), StringComparison.Ordinal));
        Assert.All(Damage.Flip(file), changed => Assert.NotEmpty(Damage.Read(changed.File)));
    }

    private static string Describe(NamedTensor named) =>
        $"{named.Name} {named.Tensor.DType.TorchName} [{string.Join(", ", named.Tensor.Shape)}]";

    private static string Hash(NamedTensor named) => Convert.ToHexString(named.Tensor.Sha256());
}
