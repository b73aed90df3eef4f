using Pth.Tests;
using Pth.Tests.Oracles;
using Pth.Torch.Models;
using static TorchSharp.torch;

namespace Pth.Torch.Tests;

/// <summary>The lines of README.md that load a network are lines of this file.</summary>
public sealed class ReadmeTests(TorchOracles oracles)
{
    private const string Logits = """
        import make_samples
        net = make_samples.vgg16_bn().eval()
        state = golden.load(args[0])
        net.load_state_dict({key.removeprefix("module."): value for key, value in state.items()})
        print("\n".join(format(x, ".9g") for x in net(torch.ones(1, 3, 32, 32)).flatten().tolist()))
        """;

    [Fact]
    public void The_lines_are_those_that_are_tested()
    {
        string[] readme = File.ReadAllLines(Path.Combine(Repository.Root, "README.md"));
        int start = Array.IndexOf(readme, "```cs") + 1;
        string[] shown = readme[start..Array.IndexOf(readme, "```", start)];
        string[] source = File.ReadAllLines(
            Path.Combine(Repository.Root, "tests", "Pth.Torch.Tests", "ReadmeTests.cs")
        );
        int first = Array.FindIndex(source, line => line.Contains(shown[0], StringComparison.Ordinal));
        Assert.Equal(4, shown.Length);
        Assert.Equal(shown, source.Skip(first).Take(shown.Length).Select(line => line.Trim()));
    }

    [Fact]
    [Trait("Category", "Live")]
    public void They_give_the_logits_of_PyTorch()
    {
        TorchOracle torch = oracles.Get("2.14.1");
        using SharedFolder folder = torch.CreateFolder();
        File.Copy(Path.Combine(Repository.Samples, "vgg16_bn_dataparallel.pth"), folder["a.pth"]);
        float[] expected =
        [
            .. torch
                .Run(Logits, folder.ForPython("a.pth"))
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(float.Parse),
        ];

        string[] args = [folder["a.pth"]];
        using Vgg net = Vgg.Vgg16Bn(classes: 10, VggLayout.Cifar, width: 4);
        LoadResult result = net.LoadCheckpoint(args[0], new() { Unwrap = true });
        net.eval();
        using Tensor logits = net.call(ones(1, 3, 32, 32));

        Assert.Equal("<All keys matched successfully>", result.ToString());
        Assert.Equal(expected.Length, logits.numel());
        Assert.All(logits.data<float>().ToArray().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-4f));
    }
}
