using Pth.Tests;
using Pth.Tests.Oracles;

namespace Pth.Torch.Tests.Samples;

public sealed class EditVggTests(TorchOracles oracles)
{
    [Fact]
    [Trait("Category", "Live")]
    public void The_sample_prints_the_tree_and_saves_what_PyTorch_loads()
    {
        TorchOracle python = oracles.Get("2.14.1");
        using SharedFolder folder = python.CreateFolder();

        string printed = SampleProgram.Run(
            "EditVgg",
            Path.Combine(Repository.Samples, "vgg16_bn_dataparallel.pth"),
            folder["three.pth"]
        );

        Assert.StartsWith("all 93 keys of the checkpoint have module., which DataParallel", printed);
        Assert.Contains("(0): Conv2d(3, 4, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))  match: weight", printed);
        Assert.EndsWith(
            """
            93 match
            to be trained anew: classifier.weight, classifier.bias
            99 records verified, 0 damaged
            bias 0 is 0, logits are the same: True

            """,
            printed
        );
        string loaded = python.Run(
            """
            import make_samples
            net = make_samples.vgg16_bn(classes=3)
            print(net.load_state_dict(torch.load(args[0], weights_only=True), strict=True))
            print(net.features[0].bias[0].item(), int(net.features[1].num_batches_tracked))
            """,
            folder.ForPython("three.pth")
        );
        Assert.Equal("<All keys matched successfully>\n0.0 39100\n", loaded);
    }
}
