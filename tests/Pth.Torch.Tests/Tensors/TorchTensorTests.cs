using System.Security.Cryptography;
using System.Text.Json;
using Pth.Tests;
using Pth.Torch.Tensors;
using TorchSharp;

namespace Pth.Torch.Tests.Tensors;

/// <summary>Tensors of files that PyTorch 2.14.1 wrote, as tensors of TorchSharp. That the views are right is proved elsewhere.</summary>
public sealed class TorchTensorTests
{
    private static string Fixtures => Path.Combine(Repository.Fixtures, "torch-2.14.1");

    public static TheoryData<string> Files =>
        [
            "dtypes.pt",
            "strides.pt",
            "conjugates.pt",
            "parameters.pt",
            "big_endian.pt",
            "deflated.pt",
            "legacy_strides.pt",
            "data_parallel.pth",
            "averaged.pth",
        ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_tensor_has_the_elements_of_the_file_mapped_or_copied(string file)
    {
        using var checkpoint = Checkpoint.Open(Path.Combine(Fixtures, file));
        int count = 0;
        foreach (NamedTensor named in checkpoint.Tensors)
        {
            TensorView view = named.Tensor;
            if (view.Layout != TensorLayout.Strided || ScalarTypes.Find(view.DType) is not { } type)
            {
                continue;
            }
            foreach (bool copy in new[] { false, true })
            {
                using var maker = new TensorMaker(new TorchTensorOptions { Copy = copy }) { LeastMapped = 1 };
                using torch.Tensor tensor = maker.Begin(view);
                maker.Finish();
                Assert.Equal(type, tensor.dtype);
                Assert.Equal(view.Shape, tensor.shape);
                Assert.Equal(Convert.ToHexString(view.Sha256()), Hash(tensor));
            }
            count++;
        }
        Assert.NotEqual(0, count);
    }

    [Fact]
    public void A_large_tensor_is_mapped_and_outlives_the_checkpoint_and_writing_to_it_leaves_the_file_alone()
    {
        using var folder = new TemporaryFolder();
        string path = Save(folder, "a.pth", Enumerable.Range(0, 50_000).Select(i => (float)i).ToArray());
        byte[] before = File.ReadAllBytes(path);
        torch.Tensor tensor;
        using (var checkpoint = Checkpoint.Open(path))
        {
            tensor = checkpoint.ToTorchTensor("a");
        }
        if (OperatingSystem.IsLinux())
        {
            Assert.Contains(path, File.ReadAllText("/proc/self/maps"), StringComparison.Ordinal);
        }
        using (torch.Tensor view = tensor.narrow(0, 100, 2))
        {
            Assert.Equal([100f, 101f], view.data<float>().ToArray());
            view.fill_(-1);
            // A view keeps the memory.
            tensor.Dispose();
            Assert.Equal([-1f, -1f], view.data<float>().ToArray());
        }
        Assert.Equal(before, File.ReadAllBytes(path));
        if (OperatingSystem.IsLinux())
        {
            Assert.DoesNotContain(path, File.ReadAllText("/proc/self/maps"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Tensors_that_share_a_storage_share_memory()
    {
        using var folder = new TemporaryFolder();
        TensorView whole = TensorView.FromArray(new float[40_000]);
        string path = Path.Combine(folder.Path, "shared.pth");
        Checkpoint.Save(path, new StateDict { ["a"] = whole, ["b"] = whole.Narrow(0, 100, 39_000) });
        using var checkpoint = Checkpoint.Open(path);
        using var maker = new TensorMaker(TorchTensorOptions.Default);
        using torch.Tensor a = maker.Begin(checkpoint.StateDict["a"]);
        using torch.Tensor b = maker.Begin(checkpoint.StateDict["b"]);
        maker.Finish();
        a.fill_(3);
        Assert.Equal(3, b[0].item<float>());
    }

    [Fact]
    public void More_elements_than_an_int_can_count_are_seen_without_being_made()
    {
        using var folder = new TemporaryFolder();
        long many = (1L << 31) + 8;
        var view = new TensorView(TensorView.FromArray(new byte[] { 7, 9 }).Storage, DType.UInt8, [many, 2], [0, 1]);
        string path = Path.Combine(folder.Path, "long.pth");
        Checkpoint.Save(path, new StateDict { ["a"] = view });
        using var checkpoint = Checkpoint.Open(path);
        foreach (bool copy in new[] { false, true })
        {
            using torch.Tensor tensor = checkpoint.ToTorchTensor("a", new TorchTensorOptions { Copy = copy });
            Assert.Equal([many, 2L], tensor.shape);
            using torch.Tensor last = tensor.narrow(0, many - 1, 1);
            Assert.Equal(9, last[0][1].item<byte>());
        }
    }

    [Fact]
    public void Scalars_empty_tensors_and_gradients_come_as_they_are()
    {
        using torch.Tensor scalar = TensorView.Scalar(2.5f).ToTorchTensor();
        Assert.Empty(scalar.shape);
        Assert.Equal(2.5f, scalar.item<float>());
        using torch.Tensor empty = TensorView.Zeros(DType.Int64, [0, 3]).ToTorchTensor();
        Assert.Equal([0L, 3L], empty.shape);
        using var checkpoint = Checkpoint.Open(Path.Combine(Fixtures, "parameters.pt"));
        Assert.Contains(checkpoint.Tensors, named => named.Tensor.RequiresGrad);
        foreach (NamedTensor named in checkpoint.Tensors)
        {
            using torch.Tensor tensor = named.Tensor.ToTorchTensor();
            Assert.Equal(named.Tensor.RequiresGrad, tensor.requires_grad);
        }
    }

    [Fact]
    public void What_TorchSharp_does_not_have_is_refused_with_what_to_do()
    {
        using var quantized = Checkpoint.Open(Path.Combine(Fixtures, "quantized.pt"));
        NotSupportedException refused = Assert.Throws<NotSupportedException>(() =>
            quantized.ToTorchTensor("tensor_qint8")
        );
        Assert.Contains("Dequantize", refused.Message, StringComparison.Ordinal);
        using torch.Tensor real = quantized.ToTorchTensor("tensor_qint8", new() { Dequantize = true });
        Assert.Equal(
            quantized.Tensors.First(named => named.Name == "tensor_qint8").Tensor.ReadAs<float>(),
            real.data<float>().ToArray()
        );

        Assert.Contains(
            "Cast",
            Assert.Throws<NotSupportedException>(() => TensorView.Zeros(DType.Float8E5M2, [2]).ToTorchTensor()).Message,
            StringComparison.Ordinal
        );
        using var sparse = Checkpoint.Open(Path.Combine(Fixtures, "sparse_bsc.pt"));
        TensorView view = ((PyTensor)((PyDict)sparse.Root).First().Value).View;
        Assert.Contains(
            "ccol_indices",
            Assert.Throws<NotSupportedException>(() => view.ToTorchTensor()).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_wrong_name_is_answered_with_the_nearest()
    {
        using var folder = new TemporaryFolder();
        using var checkpoint = Checkpoint.Open(Save(folder, "weight.pth", [1f], "layer.weight"));
        KeyNotFoundException missing = Assert.Throws<KeyNotFoundException>(() =>
            checkpoint.ToTorchTensor("layer.wieght")
        );
        Assert.Contains("'layer.weight'", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_is_checked_against_the_checksum()
    {
        using var folder = new TemporaryFolder();
        string path = Save(folder, "a.pth", [1f, 2, 3, 4, 5, 6, 7, 8]);
        byte[] bytes = File.ReadAllBytes(path);
        int at = bytes.AsSpan().IndexOf(BitConverter.GetBytes(7f));
        bytes[at] ^= 1;
        using var checkpoint = Checkpoint.Open(folder.Write("b.pth", bytes));
        Assert.Equal(
            CheckpointErrorKind.ChecksumMismatch,
            Assert.Throws<CheckpointException>(() => checkpoint.ToTorchTensor("a")).Kind
        );
    }

    [Fact]
    public void The_shared_files_of_other_libraries_come_as_PyTorch_reads_them()
    {
        Assert.SkipWhen(
            Pth.Tests.Formats.SharedFixtures.Folder is null,
            "The folder shared/fixtures is not beside the project."
        );
        JsonElement[] expected =
        [
            .. File.ReadLines(Path.Combine(Pth.Tests.Formats.SharedFixtures.Folder!, "GOLDEN.jsonl"))
                .Select(line => JsonDocument.Parse(line).RootElement)
                .Where(line =>
                    line.GetProperty("path").GetString()!.Contains("pickled_tensors", StringComparison.Ordinal)
                ),
        ];
        Assert.Equal(2, expected.Length);
        foreach (JsonElement line in expected)
        {
            using var checkpoint = Checkpoint.Open(
                Path.Combine(
                    Pth.Tests.Formats.SharedFixtures.Folder!,
                    line.GetProperty("repo").GetString()!.Replace("/", "__", StringComparison.Ordinal),
                    line.GetProperty("path").GetString()!
                )
            );
            foreach (JsonProperty golden in line.GetProperty("tensors").EnumerateObject())
            {
                using torch.Tensor tensor = checkpoint.ToTorchTensor(golden.Name);
                Assert.Equal(
                    golden.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()),
                    tensor.shape
                );
                Assert.Equal(golden.Value.GetProperty("sha256").GetString(), Hash(tensor), ignoreCase: true);
            }
        }
    }

    private static string Save(TemporaryFolder folder, string name, float[] elements, string key = "a")
    {
        string path = Path.Combine(folder.Path, name);
        Checkpoint.Save(path, new StateDict { [key] = TensorView.FromArray(elements) });
        return path;
    }

    private static string Hash(torch.Tensor tensor)
    {
        using torch.Tensor contiguous = tensor.detach().contiguous();
        return Convert.ToHexString(SHA256.HashData(contiguous.bytes));
    }
}
