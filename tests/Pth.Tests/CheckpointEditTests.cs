using Pth.Tests.Formats;
using Pth.Tests.Formats.SafeTensors;

namespace Pth.Tests;

public sealed class CheckpointEditTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Texts_that_fit_are_changed_in_place_and_nothing_else_is()
    {
        string path = Write(new Dictionary<string, string> { ["epoch"] = "12345", ["author"] = "me" });
        byte[] before = File.ReadAllBytes(path);

        EditSummary summary = CheckpointEdit.ChangeMetadata(
            path,
            texts =>
            {
                Assert.Equal("12345", texts["epoch"]);
                texts["epoch"] = "1";
                texts.Remove("author");
            }
        );

        Assert.True(summary.IsInPlace);
        byte[] after = File.ReadAllBytes(path);
        Assert.Equal(before.Length, after.Length);
        Assert.Equal(before[..8], after[..8]);
        Assert.Equal(before[^8..], after[^8..]);
        Assert.StartsWith(
            """{"__metadata__":{"epoch":"1","format":"pt"},"w":{""",
            SafeTensorsFile.HeaderOf(after),
            StringComparison.Ordinal
        );
        using Checkpoint read = Checkpoint.Open(path);
        Assert.Equal([1, 2], read.StateDict["w"].ToArray<float>());
    }

    [Fact]
    public void Texts_that_do_not_fit_make_a_new_file_with_the_same_data()
    {
        string path = Write(new Dictionary<string, string>());

        EditSummary summary = CheckpointEdit.ChangeMetadata(path, texts => texts["note"] = new string('é', 100));

        Assert.False(summary.IsInPlace);
        Assert.Equal(new FileInfo(path).Length, summary.BytesWritten);
        using Checkpoint read = Checkpoint.Open(path);
        Assert.Equal(["format", "note"], read.Container.Metadata.Keys);
        Assert.Equal([1, 2], read.StateDict["w"].ToArray<float>());
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("""{ }""", """{"__metadata__":{"k":"v"} }""")]
    [InlineData(
        """  {"a":{"x":1,"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""",
        """  {"__metadata__":{"k":"v"},"a":{"x":1,"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"""
    )]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}, "\u005f_metadata__" : null}""",
        """{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}, "__metadata__":{"k":"v"}}"""
    )]
    public void The_rest_of_a_header_stays_to_the_byte(string header, string expected)
    {
        string path = _folder.Write("a.safetensors", SafeTensorsFile.Make(header, 0));

        CheckpointEdit.ChangeMetadata(path, texts => texts["k"] = "v");

        Assert.Equal(expected, SafeTensorsFile.HeaderOf(File.ReadAllBytes(path)).TrimEnd(' '));
    }

    [Fact]
    public void Random_changes_of_texts_are_read_again()
    {
        string path = Write(new Dictionary<string, string>());
        var random = new Random(5);
        var expected = new Dictionary<string, string> { ["format"] = "pt" };
        int inPlace = 0;
        for (int i = 0; i < 200; i++)
        {
            string key = $"k{random.Next(5)}";
            string? value = random.Next(3) == 0 ? null : new string((char)random.Next(1, 0xD800), random.Next(40));
            EditSummary summary = CheckpointEdit.ChangeMetadata(
                path,
                texts => Apply(texts, key, value),
                Durability.Kernel
            );
            Apply(expected, key, value);
            inPlace += summary.IsInPlace ? 1 : 0;
            using Checkpoint read = Checkpoint.Open(path);
            Assert.Equal(expected.OrderBy(pair => pair.Key), read.Container.Metadata.OrderBy(pair => pair.Key));
            Assert.Equal([1, 2], read.StateDict["w"].ToArray<float>());
        }
        Assert.InRange(inPlace, 50, 199);
    }

    [Fact]
    public void Texts_of_other_files_and_texts_that_cannot_be_written_are_refused()
    {
        string zip = Path.Combine(_folder.Path, "a.pt");
        Checkpoint.Save(zip, SafeTensorsFile.Dictionary(("w", TensorView.Scalar(1f))));
        string path = Write(new Dictionary<string, string>());
        byte[] before = File.ReadAllBytes(path);

        Assert.Throws<CheckpointException>(() => CheckpointEdit.ChangeMetadata(zip, texts => texts["a"] = "b"));
        Assert.Throws<InvalidOperationException>(() =>
            CheckpointEdit.ChangeMetadata(path, texts => texts["a"] = "\ud800")
        );

        Assert.Equal(before, File.ReadAllBytes(path));
    }

    /// <summary>PyTorch 2.0 writes no id, which would be of the checksums that were.</summary>
    [Theory]
    [InlineData(ContainerFormat.SafeTensors)]
    [InlineData(ContainerFormat.TorchZip)]
    public void A_tensor_is_written_over_and_the_file_is_what_saving_it_gives(ContainerFormat format)
    {
        TensorView[] values = [Numbers(0), Numbers(7)];
        string path = Path.Combine(_folder.Path, "a.bin");
        string expected = Path.Combine(_folder.Path, "b", "a.bin");
        Directory.CreateDirectory(Path.GetDirectoryName(expected)!);
        WriteOptions options = SafeTensorsFile.Options with { Format = format, Profile = WriterProfile.PyTorch113 };
        Checkpoint.Save(path, Root(values[0]), options);
        Checkpoint.Save(expected, Root(values[1]), options);
        var transposed = new TensorView(Transposed(values[1]).Storage, DType.Int32, [600, 500], [1, 600]);

        EditSummary summary = CheckpointEdit.ReplaceTensor(path, "big", transposed);

        Assert.True(summary.IsInPlace);
        Saved.AssertSameBytes(File.ReadAllBytes(expected), File.ReadAllBytes(path), path);
        using Checkpoint read = Checkpoint.Load(path);
        Assert.Equal(values[1].Sha256(), read.StateDict["big"].Sha256());
        using Checkpoint again = Checkpoint.Open(path);
        Assert.Empty(again.VerifyChecksums().Failures);
    }

    [Fact]
    public void A_part_of_a_storage_is_written_over_and_the_checksum_is_of_all()
    {
        TensorView whole = TensorView.FromArray<float>([1, 2, 3, 4], [4]);
        string path = Path.Combine(_folder.Path, "a.pt");
        var root = new PyDict
        {
            ["model"] = new PyList { whole, new TensorView(whole.Storage, DType.Float32, [2], [1], 1) },
        };
        Checkpoint.Save(path, root);

        CheckpointEdit.ReplaceTensor(path, "model[1]", TensorView.FromArray<float>([8, 9], [2]));

        using Checkpoint read = Checkpoint.Load(path);
        Assert.Equal([1, 8, 9, 4], read.Tensors[0].Tensor.ToArray<float>());
    }

    [Fact]
    public void Damage_around_a_part_is_not_vouched_for()
    {
        TensorView whole = TensorView.FromArray<float>([1, 2, 3, 4], [4]);
        byte[] zip = Saved.Bytes(
            SafeTensorsFile.Dictionary(("part", new TensorView(whole.Storage, DType.Float32, [2], [1], 1)))
        );
        zip[zip.AsSpan().IndexOf((ReadOnlySpan<byte>)[0, 0, 0x80, 0x40])] ^= 1;
        string path = _folder.Write("a.pt", zip);

        Assert.Throws<CheckpointException>(() =>
            CheckpointEdit.ReplaceTensor(path, "part", TensorView.FromArray<float>([8, 9], [2]))
        );

        Assert.Equal(zip, File.ReadAllBytes(path));
    }

    [Fact]
    public void What_does_not_lie_in_the_file_as_it_is_is_refused_and_the_file_stays()
    {
        TensorView grid = TensorView.FromArray<float>([1, 2, 3, 4], [2, 2]);
        string path = Path.Combine(_folder.Path, "a.pt");
        Checkpoint.Save(
            path,
            SafeTensorsFile.Dictionary(("t", new TensorView(grid.Storage, DType.Float32, [2, 2], [1, 2])))
        );
        byte[] before = File.ReadAllBytes(path);
        string deflated = _folder.Write(
            "deflated.pt",
            File.ReadAllBytes(Path.Combine(Repository.Fixtures, "torch-2.14.1", "deflated.pt"))
        );
        using Checkpoint packed = Checkpoint.Open(deflated);
        NamedTensor first = packed.Tensors[0];

        Assert.Throws<InvalidOperationException>(() => CheckpointEdit.ReplaceTensor(path, "t", grid));
        Assert.Throws<InvalidOperationException>(() =>
            CheckpointEdit.ReplaceTensor(deflated, first.Name, first.Tensor)
        );
        Assert.Throws<ArgumentException>(() => CheckpointEdit.ReplaceTensor(path, "u", grid));
        Assert.Throws<ArgumentException>(() =>
            CheckpointEdit.ReplaceTensor(path, "t", TensorView.Zeros(DType.Int32, [2, 2]))
        );
        Assert.Throws<ArgumentException>(() =>
            CheckpointEdit.ReplaceTensor(path, "t", TensorView.Zeros(DType.Float32, [4]))
        );

        Assert.Equal(before, File.ReadAllBytes(path));
    }

    private string Write(Dictionary<string, string> metadata)
    {
        string path = Path.Combine(_folder.Path, "a.safetensors");
        PyDict root = SafeTensorsFile.Dictionary(("w", TensorView.FromArray<float>([1, 2], [2])));
        Checkpoint.Save(path, root, SafeTensorsFile.Options with { Metadata = metadata });
        return path;
    }

    private static void Apply(IDictionary<string, string> texts, string key, string? value)
    {
        if (value is null)
        {
            texts.Remove(key);
        }
        else
        {
            texts[key] = value;
        }
    }

    private static PyDict Root(TensorView big) =>
        SafeTensorsFile.Dictionary(
            ("before", TensorView.Scalar((short)3)),
            ("big", big),
            ("behind", TensorView.Scalar(4L))
        );

    private static TensorView Numbers(int first) =>
        TensorView.FromArray<int>([.. Enumerable.Range(first, 300_000)], [600, 500]);

    private static TensorView Transposed(TensorView grid)
    {
        int[] numbers = grid.ToArray<int>();
        var turned = new int[numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            turned[(i % 500 * 600) + (i / 500)] = numbers[i];
        }
        return TensorView.FromArray<int>(turned, [500, 600]);
    }
}
