using Pth.Tests;
using Pth.Torch.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Pth.Torch.Tests.Seeing;

public sealed class DissectTests
{
    private static string Sample(string name) => Path.Combine(Repository.Samples, name);

    [Fact]
    public void A_file_of_DataParallel_matches_the_plain_network_and_its_prefix_is_said()
    {
        using Checkpoint checkpoint = Checkpoint.Open(Sample("vgg16_bn_dataparallel.pth"));
        using Vgg net = Vgg.Vgg16Bn(classes: 10, VggLayout.Cifar, width: 4);

        Dissection dissection = net.Dissect(checkpoint);

        Assert.True(dissection.IsComplete);
        Assert.Equal(93, dissection.Count(TensorFit.Match));
        WrapperUse wrapper = Assert.Single(dissection.Wrappers);
        Assert.Equal("module.", wrapper.Prefix);
        Assert.Equal("module.features.0.weight", dissection.Tensors[0].Key);
        string text = dissection.ToString();
        Assert.StartsWith("all 93 keys of the checkpoint have module., which DataParallel", text);
        Assert.Contains(
            "\n    (0): Conv2d(3, 4, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))  match: weight [4, 3, 3, 3], bias [4]\n",
            text
        );
        Assert.Contains("\n    (2): ReLU(inplace=True)  no parameters\n", text);
        Assert.EndsWith("\n)\n93 match", text);
    }

    [Fact]
    public void The_tree_is_the_one_that_Repr_prints()
    {
        using Checkpoint checkpoint = Checkpoint.Open(Sample("vgg16_bn.pth"));
        using Vgg net = Vgg.Vgg16Bn(classes: 10, VggLayout.Cifar, width: 4);

        Dissection dissection = net.Dissect(checkpoint);

        Assert.Equal(
            net.Repr(),
            string.Join('\n', dissection.Lines.Select(line => new string(' ', 2 * line.Depth) + line.Text))
        );
        Assert.Empty(dissection.Wrappers);
    }

    [Fact]
    public void What_is_missing_of_another_shape_and_not_used_stands_at_its_layer()
    {
        using Sequential net = Sequential(("body", Sequential(Linear(3, 4), ReLU())), ("head", Linear(4, 2)));
        var state = new StateDict
        {
            ["body.0.weight"] = TensorView.Zeros(DType.Float16, [4, 3]),
            ["body.0.bias"] = TensorView.Zeros(DType.Float32, [5]),
            ["body.0.mask"] = TensorView.Zeros(DType.Float32, [4, 3]),
            ["body.7.weight"] = TensorView.Zeros(DType.Float32, [1]),
            ["head.wieght"] = TensorView.Zeros(DType.Float32, [2, 4]),
            ["epoch"] = TensorView.Zeros(DType.Int64, []),
        };

        Dissection dissection = net.Dissect(state);

        Assert.Equal(
            """
            Sequential(  not used: epoch []
              (body): Sequential(  not used: 7.weight [1]
                (0): Linear(in_features=3, out_features=4, bias=True)  match: weight [4, 3] (in the checkpoint float16); other shape: bias [4] (in the checkpoint [5]); not used: mask [4, 3]
                (1): ReLU()  no parameters
              )
              (head): Linear(in_features=4, out_features=2, bias=True)  missing: weight [2, 4] (the checkpoint has head.wieght), bias [2]; not used: wieght [2, 4]
            )
            1 match, 2 missing, 1 other shape, 4 not used
            """,
            dissection.ToString()
        );
        Assert.Contains($"\n{dissection}\n", File.ReadAllText(Path.Combine(Repository.Root, "docs", "torchsharp.md")));
        Assert.False(dissection.IsComplete);
        Assert.Equal("head.weight", dissection.Tensors.First(tensor => tensor.Fit == TensorFit.Missing).Name);
    }

    [Fact]
    public void A_plain_file_matches_a_wrapped_network()
    {
        using Sequential net = Sequential(("module", Sequential(Linear(3, 4), BatchNorm1d(4))));
        using Checkpoint plain = Open(("0.weight", [4, 3]), ("0.bias", [4]), ("1.weight", [4]), ("1.other", [2]));

        Dissection dissection = net.Dissect(plain);

        Assert.Equal(3, dissection.Count(TensorFit.Match));
        Assert.Equal(4, dissection.Count(TensorFit.Missing));
        DissectedTensor unused = Assert.Single(dissection.Tensors, tensor => tensor.Fit == TensorFit.NotUsed);
        Assert.Contains(unused, dissection.Lines.Single(line => line.Path == "module.1").Tensors);
    }

    [Fact]
    public void A_single_element_fits_a_tensor_without_dimensions()
    {
        using Sequential net = Sequential(BatchNorm1d(1, affine: false));
        var state = new StateDict
        {
            ["0.running_mean"] = TensorView.Zeros(DType.Float32, [1]),
            ["0.running_var"] = TensorView.Zeros(DType.Float32, [1]),
            ["0.num_batches_tracked"] = TensorView.Zeros(DType.Int64, [1]),
        };

        Assert.True(net.Dissect(state).IsComplete);
    }

    private static Checkpoint Open(params (string Name, long[] Shape)[] tensors)
    {
        var state = new StateDict();
        foreach ((string name, long[] shape) in tensors)
        {
            state[name] = TensorView.Zeros(DType.Float32, shape);
        }
        using var stream = new MemoryStream();
        Checkpoint.Save(stream, state);
        return Checkpoint.Open(stream.ToArray());
    }
}
