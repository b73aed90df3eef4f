using Pth.Tests;
using Pth.Tests.Oracles;
using Pth.Torch.Models;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Pth.Torch.Tests.Models;

public sealed class ModelsTests(TorchOracles oracles)
{
    private static readonly Dictionary<string, Func<int, Module<Tensor, Tensor>>> Makers = new(StringComparer.Ordinal)
    {
        ["vgg11"] = width => Vgg.Vgg11(width: width),
        ["vgg11_bn"] = width => Vgg.Vgg11Bn(width: width),
        ["vgg13"] = width => Vgg.Vgg13(width: width),
        ["vgg13_bn"] = width => Vgg.Vgg13Bn(width: width),
        ["vgg16"] = width => Vgg.Vgg16(width: width),
        ["vgg16_bn"] = width => Vgg.Vgg16Bn(width: width),
        ["vgg19"] = width => Vgg.Vgg19(width: width),
        ["vgg19_bn"] = width => Vgg.Vgg19Bn(width: width),
        ["resnet18"] = width => ResNet.ResNet18(width: width),
        ["resnet34"] = width => ResNet.ResNet34(width: width),
        ["resnet50"] = width => ResNet.ResNet50(width: width),
        ["resnet101"] = width => ResNet.ResNet101(width: width),
        ["resnet152"] = width => ResNet.ResNet152(width: width),
    };

    public static TheoryData<string> Names => [.. Makers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    [Trait("Category", "Live")]
    public void Names_and_shapes_are_those_of_torchvision(string name)
    {
        // Ours is an eighth as wide, to be quick: so are all its channels, and nothing else.
        string wanted = TorchVision
            .Get(oracles)
            .Run(
                """
                import torchvision
                kept = {n: getattr(torch.nn.init, n) for n in ('kaiming_uniform_', 'kaiming_normal_', 'uniform_', 'normal_')}
                try:
                    for n in kept:
                        setattr(torch.nn.init, n, lambda tensor, *a, **k: tensor)
                    net = torchvision.models.get_model(args[0], weights=None)
                finally:
                    for n in kept:
                        setattr(torch.nn.init, n, kept[n])
                for key, t in net.state_dict().items():
                    print(key, ' '.join(str(d // 8 if d >= 64 and d != 1000 else d) for d in t.shape))
                """,
                name
            );

        using Module<Tensor, Tensor> net = Makers[name](8);

        Assert.Equal(Lines(wanted).Order(), Shapes(net).Order());
        Assert.Equal(
            Lines(wanted).Where(line => !IsBuffer(line)),
            net.named_parameters().Select(p => Line(p.name, p.parameter))
        );
    }

    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet50")]
    [Trait("Category", "Live")]
    public void ResNets_give_the_logits_of_torchvision(string name)
    {
        TorchOracle python = TorchVision.Get(oracles);
        using SharedFolder folder = python.CreateFolder();
        python.Run(
            """
            import torchvision
            torch.manual_seed(7)
            net = torchvision.models.get_model(args[1], weights=None, num_classes=10)
            with torch.no_grad():
                for n, b in net.named_buffers():
                    if n.endswith('running_mean'): b.normal_(0, 0.1)
                    elif n.endswith('running_var'): b.uniform_(0.5, 1.5)
            images = torch.randn(2, 3, 64, 64)
            logits = net.eval()(images)
            scale = logits.detach().abs().max()
            with torch.no_grad():
                net.fc.weight /= scale
                net.fc.bias /= scale
            torch.save({'state': net.state_dict(), 'images': images, 'logits': net(images).detach()}, args[0])
            """,
            folder.ForPython("net.pth"),
            name
        );
        using Checkpoint checkpoint = Checkpoint.Open(folder["net.pth"]);
        using ResNet net = name == "resnet18" ? ResNet.ResNet18(classes: 10) : ResNet.ResNet50(classes: 10);

        Copy(checkpoint, net);

        AssertLogits(checkpoint, net);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Category", "Live")]
    public void Vgg11_gives_the_logits_of_torchvision(bool batchNorm)
    {
        TorchOracle python = TorchVision.Get(oracles);
        using SharedFolder folder = python.CreateFolder();
        python.Run(
            """
            import torchvision
            from torch import nn
            from torchvision.models import vgg
            torch.manual_seed(3)
            narrow = [c if c == 'M' else c // 8 for c in vgg.cfgs['A']]
            net = vgg.VGG(vgg.make_layers(narrow, batch_norm=args[1] == 'True'), num_classes=10, init_weights=False)
            net.classifier = nn.Sequential(*[nn.Linear(a, b) if a else m for m, (a, b) in zip(
                net.classifier, [(64 * 49, 512), (0, 0), (0, 0), (512, 512), (0, 0), (0, 0), (512, 10)])])
            images = torch.randn(2, 3, 64, 64)
            logits = net.eval()(images)
            torch.save({'state': net.state_dict(), 'images': images, 'logits': logits.detach()}, args[0])
            """,
            folder.ForPython("net.pth"),
            batchNorm.ToString()
        );
        using Checkpoint checkpoint = Checkpoint.Open(folder["net.pth"]);
        using Vgg net = batchNorm ? Vgg.Vgg11Bn(classes: 10, width: 8) : Vgg.Vgg11(classes: 10, width: 8);

        Copy(checkpoint, net);

        AssertLogits(checkpoint, net);
    }

    [Theory]
    [InlineData("1.13.1")]
    [InlineData("2.14.1")]
    [Trait("Category", "Live")]
    public void Vgg16_for_CIFAR_gives_the_logits_of_PyTorch(string version)
    {
        TorchOracle python = oracles.Get(version);
        using SharedFolder folder = python.CreateFolder();
        python.Run(
            """
            import make_samples
            torch.manual_seed(5)
            net = make_samples.vgg16_bn(width=8)
            images = torch.randn(2, 3, 32, 32)
            logits = net.eval()(images)
            torch.save({'state': net.state_dict(), 'images': images, 'logits': logits.detach()}, args[0])
            """,
            folder.ForPython("net.pth")
        );
        using Checkpoint checkpoint = Checkpoint.Open(folder["net.pth"]);
        using Vgg net = Vgg.Vgg16Bn(classes: 10, VggLayout.Cifar, width: 8);

        Copy(checkpoint, net);

        AssertLogits(checkpoint, net);
    }

    [Fact]
    public void The_sample_checkpoint_has_the_names_of_Vgg16Bn_for_CIFAR()
    {
        using Checkpoint checkpoint = Checkpoint.Open(Path.Combine(Repository.Samples, "vgg16_bn.pth"));
        using Vgg net = Vgg.Vgg16Bn(classes: 10, VggLayout.Cifar, width: 4);

        Assert.Equal(
            checkpoint.StateDict.Select(entry => $"{entry.Key} {string.Join(' ', entry.Value.Shape)}".Trim()).Order(),
            Shapes(net).Order()
        );
    }

    [Fact]
    public void Another_classifier_takes_the_place_and_the_name_of_the_first()
    {
        using Vgg vgg = Vgg.Vgg11(classes: 10, VggLayout.Cifar, width: 4);
        using ResNet resnet = ResNet.ResNet18(classes: 10, width: 4);

        vgg.Classifier = Linear(32, 3);
        resnet.Classifier = Linear(32, 5);

        Assert.Equal(["classifier.weight 3 32", "classifier.bias 3"], Shapes(vgg).Where(s => s.StartsWith('c')));
        Assert.Equal(["fc.weight 5 32", "fc.bias 5"], Shapes(resnet).Where(s => s.StartsWith('f')));
        using Tensor images = zeros(1, 3, 32, 32);
        using Tensor three = vgg.call(images);
        using Tensor five = resnet.call(images);
        Assert.Equal([1, 3], three.shape);
        Assert.Equal([1, 5], five.shape);
    }

    [Fact]
    public void A_model_inside_another_registers_nothing_twice()
    {
        using Vgg vgg = Vgg.Vgg11(classes: 10, VggLayout.Cifar, width: 4);
        string[] alone = [.. Shapes(vgg)];

        using var around = Sequential(("net", vgg));

        Assert.Equal(alone.Select(line => "net." + line), Shapes(around));
    }

    [Fact]
    public void Gradients_reach_every_parameter()
    {
        using ResNet resnet = ResNet.ResNet50(classes: 4, width: 4);
        using Vgg vgg = Vgg.Vgg11Bn(classes: 4, VggLayout.Cifar, width: 4);
        using Tensor images = randn(2, 3, 32, 32);

        foreach (Module<Tensor, Tensor> net in new Module<Tensor, Tensor>[] { resnet, vgg })
        {
            using Tensor loss = net.call(images).sum();
            loss.backward();
            Assert.All(net.parameters(), parameter => Assert.NotNull(parameter.grad));
        }
    }

    [Fact]
    public void Wrong_channels_and_blocks_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new Vgg([Vgg.MaxPool]));
        Assert.Throws<ArgumentException>(() => new Vgg([8, -1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Vgg.Vgg11(width: 0));
        Assert.Throws<ArgumentException>(() => new ResNet([2, 2, 2], bottleneck: false));
        Assert.Throws<ArgumentException>(() => new ResNet([2, 2, 2, 0], bottleneck: false));
    }

    private static bool IsBuffer(string line) =>
        line.Contains(".running_", StringComparison.Ordinal) || line.Contains(".num_batches", StringComparison.Ordinal);

    private static string[] Lines(string printed) =>
        [.. printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim())];

    private static IEnumerable<string> Shapes(Module net) =>
        net.state_dict().Select(entry => Line(entry.Key, entry.Value));

    private static string Line(string name, Tensor tensor) => $"{name} {string.Join(' ', tensor.shape)}".Trim();

    private static void Copy(Checkpoint checkpoint, Module net)
    {
        using var _ = no_grad();
        foreach ((string name, Tensor into) in net.state_dict())
        {
            using Tensor tensor = Read(checkpoint, "state." + name);
            Assert.Equal(tensor.shape, into.shape);
            into.copy_(tensor);
        }
    }

    private static Tensor Read(Checkpoint checkpoint, string name)
    {
        TensorView view = checkpoint.Tensors.Single(t => t.Name == name).Tensor;
        using Tensor flat = view.DType == DType.Int64 ? tensor(view.ToArray<long>()) : tensor(view.ToArray<float>());
        return flat.reshape([.. view.Shape]).clone();
    }

    private static void AssertLogits(Checkpoint checkpoint, Module<Tensor, Tensor> net)
    {
        using var _ = no_grad();
        net.eval();
        using Tensor images = Read(checkpoint, "images");
        using Tensor wanted = Read(checkpoint, "logits");
        using Tensor found = net.call(images);
        using Tensor distance = (found - wanted).abs().max();
        using Tensor size = wanted.abs().max();
        Assert.Equal(wanted.shape, found.shape);
        Assert.InRange(distance.item<float>(), 0, 1e-4f);
        // Logits of all but zero would be near anything.
        Assert.InRange(size.item<float>(), 0.02f, 100f);
    }
}
