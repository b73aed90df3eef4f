using System.Buffers.Binary;
using System.Text;

namespace Pth.Tests.Formats.Numpy;

public class NpyReaderTests
{
    private const string Good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}")]
    [InlineData("  {\"descr\":\"<f4\",\"fortran_order\":False,\"shape\":(2 , ) , } \n")]
    [InlineData("{'shape': (2L,), 'fortran_order': True, 'descr': '=f4'}")]
    [InlineData("{'shape': (1, 2), 'fortran_order': False, 'descr': '|f4'}")]
    public void A_header_may_have_its_parts_in_any_order(string header)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Npy(header, 8));
        Assert.Equal(DType.Float32, checkpoint.Root.As<PyTensor>().View.DType);
        Assert.Equal(2, checkpoint.Root.As<PyTensor>().View.ElementCount);
    }

    [Theory]
    [InlineData("", CheckpointErrorKind.InvalidHeader)]
    [InlineData("{}", CheckpointErrorKind.InvalidHeader)]
    [InlineData("__import__('os')", CheckpointErrorKind.InvalidHeader)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3)}", CheckpointErrorKind.InvalidHeader)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': [3]}", CheckpointErrorKind.InvalidHeader)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-3,)}", CheckpointErrorKind.InvalidHeader)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1 2)}", CheckpointErrorKind.InvalidHeader)]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': ()}", CheckpointErrorKind.InvalidHeader)]
    [InlineData("{'descr': '<f4', 'fortran_order': False}", CheckpointErrorKind.InvalidHeader)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (), 'x': ()}", CheckpointErrorKind.InvalidHeader)]
    [InlineData(
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': ()}",
        CheckpointErrorKind.InvalidHeader
    )]
    [InlineData("{'descr': '<\\x664', 'fortran_order': False, 'shape': ()}", CheckpointErrorKind.InvalidHeader)]
    [InlineData("{'descr': '<f4, 'fortran_order': False, 'shape': ()}", CheckpointErrorKind.InvalidHeader)]
    [InlineData("{'descr': [('a', '<f4', 'fortran_order': False", CheckpointErrorKind.InvalidHeader)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': ()} x", CheckpointErrorKind.InvalidHeader)]
    [InlineData(
        "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775808,)}",
        CheckpointErrorKind.InvalidHeader
    )]
    [InlineData(
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,)}",
        CheckpointErrorKind.InvalidTensor
    )]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}", CheckpointErrorKind.Truncated)]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (3,)}", CheckpointErrorKind.Unsupported)]
    [InlineData("{'descr': '<U7', 'fortran_order': False, 'shape': (3,)}", CheckpointErrorKind.Unsupported)]
    [InlineData("{'descr': '<V2', 'fortran_order': False, 'shape': (3,)}", CheckpointErrorKind.Unsupported)]
    [InlineData("{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (3,)}", CheckpointErrorKind.Unsupported)]
    [InlineData("{'descr': '', 'fortran_order': False, 'shape': (3,)}", CheckpointErrorKind.Unsupported)]
    [InlineData("{'descr': '<f16', 'fortran_order': False, 'shape': (3,)}", CheckpointErrorKind.Unsupported)]
    [InlineData(
        "{'descr': [('a)]', '<f4'), ('b', '|O', (2,))], 'fortran_order': False, 'shape': (3,)}",
        CheckpointErrorKind.Unsupported
    )]
    public void Other_headers_are_refused(string header, CheckpointErrorKind kind)
    {
        CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(Npy(header, 8)));
        Assert.Equal(kind, error.Kind);
    }

    // The sums are NumPy's own, over the files that lie beside the project.
    [Theory]
    [InlineData("test.npy", "<root>", "23c379d6c0f22ef64cdef873fd530df1f1419b4a3935e9323d5f1d82ca697b6a")]
    [InlineData("test.npz", "x", "23c379d6c0f22ef64cdef873fd530df1f1419b4a3935e9323d5f1d82ca697b6a")]
    [InlineData("test.npz", "x_plus_one", "0427d351b4da4fd335bcc0e45d77c11f51be5d72b302b2c4d4894fdd13eb86f8")]
    public void Files_of_others_are_read_to_the_hash(string file, string name, string sha256)
    {
        Assert.SkipWhen(SharedFixtures.Folder is null, "The folder shared/fixtures is not beside the project.");
        string path = Path.Combine(SharedFixtures.Folder!, "huggingface__candle", "candle-core", "tests", file);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        NamedTensor named = Assert.Single(checkpoint.Tensors, tensor => tensor.Name == name);
        Assert.Equal((DType.Int64, 10), (named.Tensor.DType, named.Tensor.ElementCount));
        Assert.Equal(sha256, Convert.ToHexStringLower(named.Tensor.Sha256()));
    }

    [Fact]
    public void Bytes_behind_the_array_are_told_of()
    {
        using Checkpoint checkpoint = Checkpoint.Open(Npy(Good, 11));
        Assert.Equal(
            "3 bytes follow the array: another may have been appended. They are not read.",
            Assert.Single(checkpoint.Container.Notes)
        );
    }

    [Fact]
    public void Objects_stay_unread_beside_arrays()
    {
        byte[] zip = Zips.Make(
            ("w.npy", Npy(Good, 8)),
            ("o.npy", Npy("{'descr': '|O', 'fortran_order': False, 'shape': (3,)}", 2)),
            ("readme.txt", [1, 2, 3])
        );
        using Checkpoint checkpoint = Checkpoint.Open(zip);
        Assert.Equal("w", Assert.Single(checkpoint.Tensors).Name);
        Assert.Equal("o", checkpoint.Root.As<PyDict>().GetAt(1).Key.As<PyString>().Value);
        Assert.Equal(
            [
                "'o' is an array of Python objects (|O), which are a pickle; it is not read.",
                "'readme.txt' is no array; it is not read.",
            ],
            checkpoint.Container.Notes
        );
    }

    [Fact]
    public void Two_names_that_differ_by_the_extension_alone_are_refused()
    {
        byte[] zip = Zips.Make(("w.npy", Npy(Good, 8)), ("w", Npy(Good, 8)));
        CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(zip));
        Assert.Equal(CheckpointErrorKind.DuplicateRecord, error.Kind);
    }

    [Fact]
    public void A_flipped_bit_in_a_member_is_found_where_it_is_copied_and_where_it_is_written_on()
    {
        byte[] zip = Zips.Make(("w.npy", Npy(Good, 8)));
        zip[zip.AsSpan().IndexOf((byte)'\n') + 2] ^= 1;
        using Checkpoint checkpoint = Checkpoint.Open(zip);
        TensorView view = Assert.Single(checkpoint.Tensors).Tensor;
        Assert.Equal(
            CheckpointErrorKind.ChecksumMismatch,
            Assert.Throws<CheckpointException>(() => view.ToArray<float>()).Kind
        );
        foreach (
            ContainerFormat format in new[]
            {
                ContainerFormat.Npz,
                ContainerFormat.TorchSharp,
                ContainerFormat.SafeTensors,
            }
        )
        {
            CheckpointException error = Assert.Throws<CheckpointException>(() =>
                Saved.Bytes(checkpoint.Root, new() { Format = format })
            );
            Assert.Equal(CheckpointErrorKind.ChecksumMismatch, error.Kind);
        }
        Assert.Single(checkpoint.VerifyChecksums(cancellationToken: TestContext.Current.CancellationToken).Failures);
    }

    [Fact]
    public void Types_that_NumPy_lacks_are_refused_and_one_tensor_is_asked_for()
    {
        var options = new WriteOptions { Format = ContainerFormat.Npy };
        TensorView bits = TensorView.FromBytes(DType.BFloat16, new byte[2], [1]);
        TensorView good = TensorView.FromArray(new[] { 1f });
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Saved.Bytes(bits, options));
        Assert.Contains("element type bfloat16, which NumPy lacks", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() =>
            Saved.Bytes(new PyDict { ["a"] = good, ["b"] = TensorView.FromArray(new[] { 1f }) }, options)
        );
        Assert.Equal(Saved.Bytes(good, options), Saved.Bytes(new PyDict { ["a"] = good }, options));
    }

    [Fact]
    public void A_cut_or_changed_array_is_refused_or_read_as_its_header_says()
    {
        byte[] file = Npy(Good, 8);
        Assert.All(Damage.Cut(file), cut => Assert.DoesNotContain("[", Damage.Read(cut), StringComparison.Ordinal));
        string whole = Damage.Read(file);
        string type = whole[..whole.IndexOf(']', StringComparison.Ordinal)];
        foreach ((int offset, byte[] flipped) in Damage.Flip(file))
        {
            string read = Damage.Read(flipped);
            // Nothing guards the elements, and a header that is changed may be good.
            Assert.True(
                offset < file.Length - 8 || read.StartsWith(type, StringComparison.Ordinal),
                $"{offset}: {read}"
            );
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_cut_or_changed_npz_is_refused_or_read_as_it_was(bool isDeflated)
    {
        byte[] file = Zips.Make(isDeflated, ("w.npy", Npy(Good, 8)), ("v.npy", Npy(Good, 8)));
        string whole = Damage.Read(file);
        Assert.Equal(2, whole.Split('\n').Length);
        Assert.All(Damage.Cut(file), cut => Assert.DoesNotContain("[", Damage.Read(cut), StringComparison.Ordinal));
        int refused = 0;
        foreach ((int offset, byte[] flipped) in Damage.Flip(file))
        {
            string read = Damage.Read(flipped);
            bool isError = Enum.TryParse<CheckpointErrorKind>(read, out _);
            refused += isError ? 1 : 0;
            // A name, and an unused field, are guarded by nothing.
            Assert.True(isError || HashesOf(read).SequenceEqual(HashesOf(whole)), $"{offset}: {read}");
        }
        Assert.True(refused > file.Length);

        static IEnumerable<string> HashesOf(string text) =>
            text.Split('\n').Select(line => line[line.LastIndexOf(' ')..]);
    }

    private static byte[] Npy(string header, int dataLength)
    {
        byte[] text = Encoding.Latin1.GetBytes(header + "\n");
        var file = new byte[10 + text.Length + dataLength];
        Encoding.Latin1.GetBytes("\u0093NUMPY\u0001\0").CopyTo(file, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(8), (ushort)text.Length);
        text.CopyTo(file, 10);
        for (int i = 10 + text.Length; i < file.Length; i++)
        {
            file[i] = (byte)(i * 7);
        }
        return file;
    }
}
