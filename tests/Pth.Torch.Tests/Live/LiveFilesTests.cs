using Pth.Tests.Oracles;
using static TorchSharp.torch;

namespace Pth.Torch.Tests.Live;

/// <summary>The files that other .NET loaders refuse or load wrong: all are the same network to PyTorch, and here.</summary>
[Trait("Category", "Live")]
public sealed class LiveFilesTests(TorchOracles oracles)
{
    private const string Save = """
        import collections, numpy, os
        folder = args[0]
        net = torch.nn.Sequential(collections.OrderedDict(
            conv=torch.nn.Conv2d(2, 3, 3), norm=torch.nn.BatchNorm2d(3), flat=torch.nn.Flatten(), fc=torch.nn.Linear(27, 4)))
        images = torch.linspace(-1, 1, 2 * 2 * 5 * 5).reshape(2, 2, 5, 5)
        net(images).sum().backward()
        net.eval()
        state = net.state_dict()
        big = torch.rand(10, 27)
        big[3:7] = state["fc.weight"]
        row = torch.rand(60)
        row[5:59:18] = state["conv.bias"]
        strided = collections.OrderedDict(state)
        strided["fc.weight"] = big[3:7]
        strided["conv.bias"] = row[5:59:18]
        strided["conv.weight"] = state["conv.weight"].to(memory_format=torch.channels_last)
        strided["norm.weight"] = torch.ones(1).expand(3)
        transposed = collections.OrderedDict(state)
        transposed["fc.weight"] = state["fc.weight"].t().contiguous().t()
        files = {
            "plain": state,
            "dict": dict(state),
            "keep_vars": net.state_dict(keep_vars=True),
            "checkpoint": {"epoch": 3, "model_state_dict": state, "optimizer": torch.optim.SGD(net.parameters(), 0.1).state_dict(), "note": "x",
                "best": numpy.float64(0.5), "mean": numpy.arange(3.0), "size": torch.Size([2, 3]), "dtype": torch.bfloat16, "device": torch.device("cpu"),
                "seed": 1 << 80, "nothing": None},
            "whole": net,
            "strided": strided,
            "transposed": transposed,
            "double": collections.OrderedDict((k, v.double() if v.is_floating_point() else v) for k, v in state.items()),
            "parallel": torch.nn.DataParallel(net).state_dict(),
        }
        for name, value in files.items():
            torch.save(value, os.path.join(folder, name + ".pth"))
        torch.save(state, os.path.join(folder, "legacy.pth"), _use_new_zipfile_serialization=False)
        torch.save(net, os.path.join(folder, "legacy_whole.pth"), _use_new_zipfile_serialization=False)
        print("\n".join(format(x, ".9g") for x in net(images).flatten().tolist()))
        """;

    [Theory]
    [MemberData(nameof(TorchOracles.Versions), MemberType = typeof(TorchOracles))]
    public void Every_way_to_save_a_network_gives_the_same_numbers(string version)
    {
        TorchOracle torch = oracles.Get(version);
        using SharedFolder folder = torch.CreateFolder();
        float[] expected =
        [
            .. torch
                .Run(Save, folder.ForPython(""))
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(float.Parse),
        ];
        using Tensor images = linspace(-1, 1, 2 * 2 * 5 * 5).reshape(2, 2, 5, 5);
        string[] names =
        [
            "plain",
            "dict",
            "keep_vars",
            "checkpoint",
            "whole",
            "strided",
            "transposed",
            "double",
            "parallel",
            "legacy",
            "legacy_whole",
        ];
        foreach (string name in names)
        {
            foreach (bool assign in new[] { false, true })
            {
                if (assign && name == "double")
                {
                    continue;
                }
                using var net = nn.Sequential(
                    ("conv", nn.Conv2d(2, 3, 3)),
                    ("norm", nn.BatchNorm2d(3)),
                    ("flat", nn.Flatten()),
                    ("fc", nn.Linear(27, 4))
                );
                LoadResult result = net.LoadCheckpoint(
                    folder[name + ".pth"],
                    new() { Unwrap = name == "parallel", Assign = assign }
                );
                Assert.Equal("<All keys matched successfully>", result.ToString());
                net.eval();
                Assert.All(net.parameters(), parameter => Assert.True(parameter.requires_grad));
                using Tensor output = net.call(images);
                float[] found = output.data<float>().ToArray();
                for (int i = 0; i < found.Length; i++)
                {
                    Assert.Equal(expected[i], found[i], 1e-4f);
                }
            }
        }
    }
}
