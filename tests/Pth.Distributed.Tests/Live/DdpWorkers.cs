using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Distributed.Tests.Live;

/// <summary>What the processes of the jobs in <see cref="MpiTrainingTests"/> do.</summary>
internal static class DdpWorkers
{
    public static readonly string[] Trainings = ["sgd-frozen", "sgd-synchronized", "adam-frozen", "adam-synchronized"];

    /// <summary>Trains the small network from <c>start.dat</c> in all ways; rank 0 writes what came out.</summary>
    public static void Run(string[] arguments)
    {
        string folder = arguments[0];
        using ProcessGroup group = ProcessGroup.Join(new ProcessGroupOptions { Timeout = TimeSpan.FromSeconds(50) });
        foreach (string training in Trainings)
        {
            Sequential mine = TrainingCase.Network(seed: 1 + group.Rank);
            if (group.Rank == 0)
            {
                mine.load(Path.Combine(folder, "start.dat"));
            }

            if (training.EndsWith("frozen", StringComparison.Ordinal))
            {
                TrainingCase.FreezeNorms(mine);
            }
            else
            {
                mine = SyncBatchNorm.Convert(mine, group);
            }

            DistributedDataParallelOptions options = new() { FirstBucketBytes = 300, BucketBytes = 500 };
            using DistributedDataParallel ddp = new(mine, group, options);
            TrainingCase.Train(ddp, Optimizer(training, ddp), TrainingCase.Data(), group.Rank, group.WorldSize);
            if (group.Rank == 0)
            {
                mine.save(Path.Combine(folder, training + ".dat"));
                Console.WriteLine($"{training}: {ddp.OverlappedBuckets} of {ddp.BucketCount} buckets during backward");
            }
        }
    }

    /// <summary>Trains VGG16 in all ways; the group saves what came out.</summary>
    public static void RunVgg(string folder)
    {
        using ProcessGroup group = ProcessGroup.Join(new ProcessGroupOptions { Timeout = TimeSpan.FromSeconds(100) });
        foreach (VggCase training in VggCase.All)
        {
            using DistributedDataParallel ddp = training.TrainIn(group);
            ddp.SaveCheckpoint(Path.Combine(folder, training.Name + ".pth"));
            if (group.Rank == 0)
            {
                Console.WriteLine($"{training.Name} of {group.WorldSize}");
            }
        }
    }

    public static optim.Optimizer Optimizer(string training, nn.Module module) =>
        training.StartsWith("sgd", StringComparison.Ordinal)
            ? TrainingCase.Sgd(module.parameters())
            : TrainingCase.Adam(module.parameters());
}
