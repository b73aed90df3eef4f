using Pth.Tests;
using TorchSharp;
using TorchSharp.Modules;

namespace Pth.Distributed.Tests.Live;

/// <summary>Processes under both MPI libraries train as one process does.</summary>
[Trait("Category", "Live")]
public sealed class MpiTrainingTests
{
    [Theory]
    [InlineData("openmpi", 1)]
    [InlineData("openmpi", 2)]
    [InlineData("openmpi", 3)]
    [InlineData("openmpi", 4)]
    [InlineData("mpich", 1)]
    [InlineData("mpich", 2)]
    [InlineData("mpich", 3)]
    [InlineData("mpich", 4)]
    public void Processes_with_parts_of_a_batch_become_what_one_with_all_of_it_becomes(string library, int ranks)
    {
        using TemporaryFolder folder = new();
        using Sequential start = TrainingCase.Network();
        start.save(Path.Combine(folder.Path, "start.dat"));
        string output = MpiJob.Run(library, ranks, "ddp", folder.Path);
        foreach (string training in DdpWorkers.Trainings)
        {
            using Sequential alone = TrainingCase.Network();
            if (training.EndsWith("frozen", StringComparison.Ordinal))
            {
                TrainingCase.FreezeNorms(alone);
            }

            TrainingCase.Train(alone, DdpWorkers.Optimizer(training, alone), TrainingCase.Data());
            using Sequential theirs = TrainingCase.Network();
            theirs.load(Path.Combine(folder.Path, training + ".dat"));
            Assert.InRange(
                TrainingCase.Difference(alone, theirs),
                0,
                training.StartsWith("sgd", StringComparison.Ordinal) ? 1e-5 : 1e-4
            );
            Assert.Contains(training + ": ", output);
        }
    }
}
