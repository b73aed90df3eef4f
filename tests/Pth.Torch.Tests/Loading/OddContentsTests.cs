using Pth.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace Pth.Torch.Tests.Loading;

/// <summary>Tensors of types that TorchSharp lacks, and files that are no state dict.</summary>
public sealed class OddContentsTests
{
    [Fact]
    public void Types_that_TorchSharp_lacks_are_converted()
    {
        foreach (
            ScalarType type in new[] { ScalarType.Float32, ScalarType.Float64, ScalarType.Int64, ScalarType.BFloat16 }
        )
        {
            using Tensor target = zeros([3], type);
            using var net = new Holder(target);
            foreach (
                (DType dtype, byte[] bytes) in new (DType, byte[])[]
                {
                    (DType.Float8E5M2, [0x3C, 0x40, 0x44]),
                    (DType.UInt16, [1, 0, 2, 0, 4, 0]),
                    (DType.UInt32, [1, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0]),
                    (DType.UInt64, [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0]),
                }
            )
            {
                target.zero_();
                net.LoadStateDict(new StateDict { ["value"] = TensorView.FromBytes(dtype, bytes, [3]) });
                Assert.Equal([1f, 2f, 4f], target.to(ScalarType.Float32).data<float>().ToArray());
            }
        }
    }

    [Fact]
    public void Quantized_tensors_become_reals_on_demand()
    {
        using var checkpoint = Checkpoint.Open(Path.Combine(Repository.Fixtures, "torch-2.14.1", "quantized.pt"));
        TensorView view = checkpoint.Tensors.First(named => named.Name == "tensor_qint8").Tensor;
        using Tensor target = zeros(2, 3);
        using var net = new Holder(target);
        var state = new StateDict { ["value"] = view };
        Assert.Contains(
            "please use dequantize",
            Assert.Throws<LoadStateDictException>(() => net.LoadStateDict(state)).Message,
            StringComparison.Ordinal
        );
        net.LoadStateDict(state, new() { Dequantize = true });
        Assert.Equal(view.ReadAs<float>(), target.data<float>().ToArray());
    }

    [Fact]
    public void Elements_of_less_than_a_byte_are_refused_in_one_line_with_their_name()
    {
        TensorView view = TensorView.FromBytes(DType.QUInt4x2, new byte[3], [5]);
        using var net = new Holder(zeros([.. view.Shape]));
        LoadStateDictException refused = Assert.Throws<LoadStateDictException>(() =>
            net.LoadStateDict(new StateDict { ["value"] = view }, new() { Dequantize = true })
        );
        string line = Assert.Single(refused.Message.Split('\n')[1..]);
        Assert.StartsWith("\tWhile copying the parameter named \"value\"", line, StringComparison.Ordinal);
        Assert.Contains(
            "found quint4x2, of which a byte holds several elements, expected",
            line,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_file_that_is_no_dictionary_says_what_it_is_and_gives_its_tensors_by_themselves()
    {
        using nn.Module net = nn.Linear(2, 2);
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "lone.pth");
        foreach (
            (PyValue root, string name, string said) in new (PyValue, string, string)[]
            {
                (
                    new PyTensor(TensorView.FromArray(new float[] { 1, 2 })),
                    "<root>",
                    "found a lone tensor float32 [2], expected"
                ),
                (
                    new PyList { new PyTensor(TensorView.FromArray(new float[] { 1, 2 })) },
                    "[0]",
                    "found list of 1 with tensors at [0], expected"
                ),
            }
        )
        {
            Checkpoint.Save(path, root);
            CheckpointException refused = Assert.Throws<CheckpointException>(() => net.LoadCheckpoint(path));
            Assert.Equal(CheckpointErrorKind.NoStateDict, refused.Kind);
            Assert.Contains(said, refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("\n", refused.Message, StringComparison.Ordinal);
            using var checkpoint = Checkpoint.Open(path);
            using Tensor tensor = checkpoint.ToTorchTensor(name);
            Assert.Equal([1f, 2f], tensor.data<float>().ToArray());
        }
    }

    private sealed class Holder : nn.Module
    {
        public Holder(Tensor value)
            : base(nameof(Holder)) => register_buffer("value", value.alias());
    }
}
