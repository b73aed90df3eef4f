using Pth.Torch.Models;
using static TorchSharp.torch;

namespace Pth.Distributed.Tests;

/// <summary>Ranks, and copies, with parts of a batch train VGG16 as one process trains it with the whole batch.</summary>
public sealed class VggTrainingTests(VggTrainingTests.Trained trained) : IClassFixture<VggTrainingTests.Trained>
{
    /// <summary>What one process makes, for all tests.</summary>
    public sealed class Trained : IDisposable
    {
        private readonly Vgg[] _alone = [.. VggCase.All.Select(training => training.TrainAlone())];

        internal IEnumerable<(VggCase Training, Vgg Alone)> All => VggCase.All.Zip(_alone);

        public void Dispose() => Array.ForEach(_alone, network => network.Dispose());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Ranks_with_parts_of_a_batch_become_what_one_with_all_of_it_becomes(int ranks)
    {
        foreach ((VggCase training, Vgg alone) in trained.All)
        {
            ProcessGroup.Threads(
                ranks,
                group =>
                {
                    using DistributedDataParallel ddp = training.TrainIn(group);
                    training.AssertSame(alone, ddp.Module);
                    Assert.Equal(alone.state_dict().Keys, ddp.Module.state_dict().Keys);
                }
            );
            using Vgg start = training.Network();
            Assert.InRange(TrainingCase.Difference(start, alone), 1e-4, 10);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Copies_with_parts_of_a_batch_become_what_one_with_all_of_it_becomes(int copies)
    {
        foreach ((VggCase training, Vgg alone) in trained.All.Where(all => !all.Training.Synchronized))
        {
            using DataParallel parallel = new(training.Network(), [.. Enumerable.Repeat(CPU, copies)]);
            training.Train(parallel);
            training.AssertSame(alone, parallel.Module);
        }
    }

    /// <summary>A race would show as another bit now and then.</summary>
    [Fact]
    public void Copies_give_the_same_bits_each_time()
    {
        VggCase training = VggCase.Narrow;
        using DataParallel first = new(training.Network(), [CPU, CPU, CPU]);
        training.Train(first);
        for (int run = 0; run < 3; run++)
        {
            using DataParallel again = new(training.Network(), [CPU, CPU, CPU]);
            training.Train(again);
            Assert.Equal(0, TrainingCase.Difference(first, again));
        }
    }
}
