using Pth.Tests;
using Pth.Tests.Oracles;
using Pth.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Distributed.Tests.Live;

/// <summary>PyTorch's own DistributedDataParallel, from the same weights on the same data.</summary>
[Trait("Category", "Live")]
public sealed class LiveTorchTests(TorchOracles oracles) : IClassFixture<TorchOracles>
{
    private sealed class Given : nn.Module
    {
        public Given(Sequential network, Tensor images, Tensor labels)
            : base(nameof(Given))
        {
            register_buffer("images", images);
            register_buffer("labels", labels);
            register_module("net", network);
        }
    }

    [Theory]
    [InlineData("1.13.1", 2)]
    [InlineData("2.14.1", 3)]
    public void Ours_become_what_PyTorchs_become(string version, int ranks)
    {
        TorchOracle oracle = oracles.Get(version);
        using SharedFolder folder = oracle.CreateFolder();
        using Sequential start = TrainingCase.Network();
        (Tensor Images, Tensor Labels) data = TrainingCase.Data();
        new Given(start, data.Images, data.Labels).SaveCheckpoint(folder["given.pth"]);
        File.Copy(
            Path.Combine(Repository.Root, "tests", "Pth.Distributed.Tests", "Live", "ddp_rank.py"),
            folder["ddp_rank.py"]
        );
        oracle.Run(
            """
            import os, subprocess, sys
            folder, ranks = args
            script = os.path.join(folder, "ddp_rank.py")
            started = [
                subprocess.Popen([sys.executable, script, folder, str(rank), ranks], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                for rank in range(int(ranks))
            ]
            for process in started:
                output, _ = process.communicate(timeout=120)
                assert process.returncode == 0, output.decode()
            """,
            folder.ForPython("."),
            $"{ranks}"
        );
        using Sequential theirs = TrainingCase.Network();
        theirs.LoadCheckpoint(folder["theirs.pth"]);

        ProcessGroup.Threads(
            ranks,
            group =>
            {
                Sequential mine = TrainingCase.Network(seed: 1 + group.Rank);
                TrainingCase.FreezeNorms(mine);
                using DistributedDataParallel ddp = new(mine, group);
                TrainingCase.Train(ddp, TrainingCase.Sgd(ddp.parameters()), data, group.Rank, ranks);
                Assert.InRange(TrainingCase.Difference(theirs, mine), 0, 1e-5);
            }
        );

        using Sequential copied = TrainingCase.Network();
        TrainingCase.FreezeNorms(copied);
        using DataParallel parallel = new(copied, [.. Enumerable.Repeat(CPU, ranks)]);
        TrainingCase.Train(parallel, TrainingCase.Sgd(parallel.parameters()), data);
        Assert.InRange(TrainingCase.Difference(theirs, copied), 0, 1e-5);
        Assert.InRange(TrainingCase.Difference(theirs, start), 1e-2, 10);
    }
}
