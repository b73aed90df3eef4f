using Pth.Tests.Fixtures;

namespace Pth.Tests.Formats.TorchTar;

public class TorchTarTests
{
    [Theory]
    [InlineData("tar_views.pth")]
    [InlineData("tar_gnu.pth")]
    [InlineData("tar_pax_headers.pth")]
    public void Tensors_storages_and_classes_are_one_object_for_one_key(string name)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Saved.Fixture("torch-2.14.1", name));
        Assert.Equal(("torch-tar", 1000), (checkpoint.Container.Kind, checkpoint.Container.Version));
        PyDict root = checkpoint.Root.As<PyDict>();
        PyList numbers = root["numbers"].As<PyList>();
        Assert.Same(root["whole"], numbers[1]);
        Assert.Same(root["storage"].As<PyStorage>().Storage, numbers[0].As<PyTensor>().View.Storage);
        Assert.Equal("torch.nn.modules.activation.ReLU", root["kind"].As<PyGlobal>().FullName);
        Assert.Equal(
            [9f, 10f],
            [.. checkpoint.Tensors.Single(t => t.Name == "part_of_part").Tensor.ToArray<float>().Select(v => v + 4)]
        );

        using Checkpoint saved = Saved.Reopen(root);
        Assert.Equal(checkpoint.Tensors.Select(t => t.Name), saved.Tensors.Select(t => t.Name));
    }

    [Fact]
    public void A_dialect_that_PyTorch_never_wrote_is_told_so()
    {
        Assert.SkipWhen(SharedFixtures.Folder is null, "The folder shared/fixtures is not beside the project.");
        string[] files = Directory.GetFiles(
            Path.Combine(SharedFixtures.Folder!, "tracel-ai__burn"),
            "*.tar",
            SearchOption.AllDirectories
        );
        Assert.Equal(6, files.Length);
        foreach (string file in files)
        {
            CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(file));
            Assert.Equal(CheckpointErrorKind.Unsupported, error.Kind);
            Assert.Contains("PyTorch never wrote one", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_storage_with_a_count_that_overflows_is_refused()
    {
        byte[] file = File.ReadAllBytes(Saved.Fixture("torch-2.14.1", "tar_gnu.pth"));
        // The count of 12 elements, right behind the class.
        int at = file.AsSpan().IndexOf("FloatStorage"u8);
        at += file.AsSpan(at).IndexOf((ReadOnlySpan<byte>)[12, 0, 0, 0, 0, 0, 0, 0]);
        file[at + 7] = 0x40;
        CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(file));
        Assert.Equal((CheckpointErrorKind.Truncated, "storages"), (error.Kind, error.Entry));
    }
}
