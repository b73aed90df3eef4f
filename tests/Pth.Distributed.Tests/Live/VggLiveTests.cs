using Pth.Tests;
using Pth.Tests.Oracles;
using Pth.Torch;
using Pth.Torch.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Pth.Distributed.Tests.Live;

/// <summary>VGG16 in processes under both MPI libraries, and beside PyTorch's own DistributedDataParallel.</summary>
[Trait("Category", "Live")]
public sealed class VggLiveTests(TorchOracles oracles, VggTrainingTests.Trained trained)
    : IClassFixture<TorchOracles>,
        IClassFixture<VggTrainingTests.Trained>
{
    private sealed class Given : nn.Module
    {
        public Given(Vgg network, Tensor images, Tensor labels)
            : base(nameof(Given))
        {
            register_buffer("images", images);
            register_buffer("labels", labels);
            register_module("net", network);
        }
    }

    [Theory]
    [InlineData("openmpi", 1)]
    [InlineData("openmpi", 2)]
    [InlineData("openmpi", 3)]
    [InlineData("openmpi", 4)]
    [InlineData("mpich", 1)]
    [InlineData("mpich", 2)]
    [InlineData("mpich", 3)]
    [InlineData("mpich", 4)]
    public void Processes_become_what_one_becomes(string library, int ranks)
    {
        using TemporaryFolder folder = new();
        using MpiJob job = MpiJob.Start(library, ranks, "ddp-vgg", folder.Path);
        (int code, string output) = job.Wait(seconds: 400);
        Assert.True(code == 0, output);
        foreach ((VggCase training, Vgg alone) in trained.All)
        {
            using Vgg theirs = training.Network();
            theirs.LoadCheckpoint(Path.Combine(folder.Path, training.Name + ".pth"));
            training.AssertSame(alone, theirs);
            Assert.Contains($"{training.Name} of {ranks}", output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("1.13.1", 2)]
    [InlineData("2.14.1", 3)]
    public void PyTorchs_own_becomes_the_same_and_loads_what_ranks_saved(string version, int ranks)
    {
        TorchOracle oracle = oracles.Get(version);
        using SharedFolder folder = oracle.CreateFolder();
        foreach ((VggCase training, Vgg alone) in trained.All)
        {
            using Vgg start = training.Network();
            (Tensor images, Tensor labels) = training.Data();
            new Given(start, images, labels).SaveCheckpoint(folder[$"{training.Name}.given.pth"]);
            ProcessGroup.Threads(
                ranks,
                group =>
                {
                    using DistributedDataParallel ddp = training.TrainIn(group);
                    ddp.SaveCheckpoint(folder[$"{training.Name}.ours.pth"]);
                }
            );
            using Checkpoint saved = Checkpoint.Open(folder[$"{training.Name}.ours.pth"]);
            Assert.Equal(alone.ToStateDict().Keys, saved.StateDict.Keys);
        }
        File.Copy(
            Path.Combine(Repository.Root, "tests", "Pth.Distributed.Tests", "Live", "vgg_rank.py"),
            folder["vgg_rank.py"]
        );
        // One at a time, each with all of the oracle's patience.
        string said = string.Concat(VggCase.All.Select(Run));
        foreach ((VggCase training, Vgg alone) in trained.All)
        {
            Assert.Contains($"{training.Name}: <All keys matched", said, StringComparison.Ordinal);
            using Vgg theirs = training.Network();
            theirs.LoadCheckpoint(folder[$"{training.Name}.theirs.pth"]);
            training.AssertSame(alone, theirs);
            using Vgg ours = training.Network();
            ours.LoadCheckpoint(folder[$"{training.Name}.ours.pth"]);
            training.AssertSame(theirs, ours);
            using Checkpoint logits = Checkpoint.Open(folder[$"{training.Name}.logits.pth"]);
            using IDisposable off = no_grad();
            ours.eval();
            using Tensor expected = logits.StateDict["logits"].ToTorchTensor();
            using Tensor found = ours.call(training.Data().Images[0]);
            Assert.True(found.allclose(expected, 1e-5, 1e-5), training.Name);
        }

        string Run(VggCase training) =>
            oracle.Run(
                """
                import os, subprocess, sys
                folder, ranks, *trainings = args
                script = os.path.join(folder, "vgg_rank.py")
                started = [
                    subprocess.Popen([sys.executable, script, folder, str(rank), ranks, *trainings], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                    for rank in range(int(ranks))
                ]
                for process in started:
                    output, _ = process.communicate(timeout=170)
                    assert process.returncode == 0, output.decode()
                    print(output.decode())
                """,
                folder.ForPython("."),
                $"{ranks}",
                training.Name
            );
    }

    /// <summary>All 14.7 million parameters, in buckets of the usual sizes; a few steps, in float64.</summary>
    [Fact]
    public void Two_ranks_train_the_whole_network_as_one_does()
    {
        using Vgg alone = VggCase.Whole.TrainAlone();
        ProcessGroup.Threads(
            2,
            group =>
            {
                using DistributedDataParallel ddp = VggCase.Whole.TrainIn(group);
                VggCase.Whole.AssertSame(alone, ddp.Module);
            }
        );
    }
}
