using Pth.Tests.Oracles;
using Pth.Torch.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Pth.Torch.Tests.Models;

[Collection("The seed")]
[Trait("Category", "Live")]
public sealed class FirstWeightsTests(TorchOracles oracles)
{
    private const string Print = """

        for name, p in net.named_parameters():
            p = p.detach().double()
            print(name, round(p.flatten()[0].item(), 6), round(p.abs().mean().item(), 6))
        """;

    [Fact]
    public void ResNet18_begins_with_the_weights_that_torchvision_draws_of_the_seed()
    {
        string wanted = TorchVision
            .Get(oracles)
            .Run(
                """
                import torchvision
                torch.manual_seed(7)
                net = torchvision.models.resnet18(num_classes=10, zero_init_residual=True)
                """ + Print
            );

        manual_seed(7);
        using var net = new ResNet([2, 2, 2, 2], bottleneck: false, classes: 10, zeroLastNorms: true);

        AssertSame(wanted, net);
    }

    [Fact]
    public void Vgg_begins_with_the_weights_that_torchvision_draws_of_the_seed()
    {
        string wanted = TorchVision
            .Get(oracles)
            .Run(
                """
                from torch import nn
                from torchvision.models import vgg
                # The real one with four hidden units for 4096, so that it is quick.
                class Narrow(nn.Linear):
                    def __init__(self, a, b):
                        a, b = (4 if n == 4096 else 16 * 49 if n == 512 * 49 else n for n in (a, b))
                        super().__init__(a, b)
                linear = nn.Linear
                try:
                    nn.Linear = Narrow
                    torch.manual_seed(9)
                    net = vgg.VGG(vgg.make_layers([16, 'M', 'M', 16], batch_norm=True), num_classes=10)
                finally:
                    nn.Linear = linear
                """ + Print
            );

        manual_seed(9);
        using var net = new Vgg([16, Vgg.MaxPool, Vgg.MaxPool, 16], batchNorm: true, classes: 10, hidden: 4);

        AssertSame(wanted, net);
    }

    private static void AssertSame(string wanted, Module net)
    {
        string[] lines = wanted.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        (string name, TorchSharp.Modules.Parameter parameter)[] parameters = [.. net.named_parameters()];
        Assert.Equal(lines.Length, parameters.Length);
        foreach ((string line, (string name, TorchSharp.Modules.Parameter parameter)) in lines.Zip(parameters))
        {
            string[] words = line.Split(' ');
            using Tensor values = parameter.detach().to_type(ScalarType.Float64).flatten();
            using Tensor mean = values.abs().mean();
            Assert.Equal(words[0], name);
            Assert.Equal(double.Parse(words[1]), values[0].item<double>(), 5e-6);
            Assert.Equal(double.Parse(words[2]), mean.item<double>(), 5e-6);
        }
    }
}
