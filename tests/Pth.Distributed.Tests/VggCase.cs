using Pth.Torch.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Distributed.Tests;

/// <summary>
/// A training of VGG16 with batch normalization as it is made for CIFAR: its real depth and images of that size, with a part of the channels so that
/// tests are short.
/// </summary>
/// <remarks>
/// In float32 only SGD with frozen normalization and a small rate can be held to 1e-5: an activation that rounding moves over the kink of
/// a ReLU, or to another place of a max-pool, switches a gradient on or off. One process that merely turns its batch of 12 around then differs from
/// itself by 1e-2 after 20 steps with batch statistics (in 5 of 5 trainings), by 1e-3 with Adam (5 of 5), and with frozen normalization and a rate of 0.01
/// three copies differ from one by up to 4e-5 (4 of 31), with a batch of 6 by up to 2e-4 (3 of 10). All of these are the same to the bit when run
/// again, and 1e-14 in float64, which is why most is compared in float64: what is left there is far below what a wrong sum, a race or a lost bucket would give.
/// </remarks>
/// <param name="Optimizer">SGD or Adam.</param>
/// <param name="Synchronized">Batch normalization by the statistics of the whole batch; else by the running ones, which do not change.</param>
/// <param name="Type">Of parameters, buffers and images.</param>
/// <param name="Part">One in how many channels it has: 1 is the network of 14.7 million parameters.</param>
internal sealed record VggCase(string Optimizer, bool Synchronized, ScalarType Type, int Part)
{
    /// <summary>Can be shared out to 1, 2, 3 and 4 ranks.</summary>
    public const int Batch = 12;

    /// <summary>How many steps are taken.</summary>
    public int Steps { get; init; } = 20;

    private static readonly int[] Channels =
    [
        .. (int[])[64, 64, Vgg.MaxPool, 128, 128, Vgg.MaxPool, 256, 256, 256, Vgg.MaxPool],
        .. (int[])[512, 512, 512, Vgg.MaxPool, 512, 512, 512, Vgg.MaxPool],
    ];

    public static readonly VggCase Narrow = new("SGD", Synchronized: false, ScalarType.Float32, Part: 8);

    public static readonly VggCase Whole = Narrow with { Part = 1, Type = ScalarType.Float64, Steps = 4 };

    /// <summary>What is compared everywhere.</summary>
    public static readonly VggCase[] All =
    [
        Narrow,
        new("SGD", Synchronized: true, ScalarType.Float64, Part: 16),
        new("Adam", Synchronized: false, ScalarType.Float64, Part: 16),
        new("Adam", Synchronized: true, ScalarType.Float64, Part: 16),
    ];

    /// <summary>The greatest difference that is allowed.</summary>
    public double Bound =>
        (Type, Optimizer) switch
        {
            (ScalarType.Float32, _) => 1e-5,
            (_, "SGD") => 1e-11,
            // A gradient that is zero but for rounding, as of the bias before a normalization, beside Adam's epsilon of 1e-8.
            _ => 1e-6,
        };

    /// <summary>Of SGD. Frozen normalization is what networks are fine-tuned with, at a tenth of the first training's rate.</summary>
    private double Rate => Synchronized ? 0.01 : 0.001;

    public string Name => $"{Optimizer}-{(Synchronized ? "synchronized" : "frozen")}-{Type}";

    /// <summary>A network with the same first weights each time.</summary>
    public Vgg Network()
    {
        Vgg network = new([.. Channels.Select(width => width / Part)], true, 10, VggLayout.Cifar, initialize: false);
        using IDisposable off = no_grad();
        using Generator random = new(5);
        foreach (Parameter weight in network.parameters().Where(parameter => parameter.dim() > 1))
        {
            // As VGG has it: He's by the number of outputs, and small ones for the classifier.
            double deviation = weight.dim() == 2 ? 0.01 : Math.Sqrt(2.0 * weight.shape[1] / weight.numel());
            using Tensor values = randn(weight.shape, generator: random).mul_(deviation);
            weight.copy_(values);
        }
        foreach (
            (_, Parameter bias) in network
                .named_parameters()
                .Where(entry => entry.name.EndsWith("bias", StringComparison.Ordinal))
        )
        {
            bias.zero_();
        }
        network.to(Type);
        if (!Synchronized)
        {
            TrainingCase.FreezeNorms(network);
        }
        return network;
    }

    /// <summary>All steps' images and labels.</summary>
    public (Tensor Images, Tensor Labels) Data()
    {
        using Generator random = new(7);
        return (
            randn([Steps, Batch, 3, 32, 32], generator: random).to_type(Type),
            randint(0, 10, [Steps, Batch], dtype: int64, generator: random)
        );
    }

    /// <summary>Trains with a part of each batch.</summary>
    public void Train(nn.Module<Tensor, Tensor> module, int rank = 0, int ranks = 1)
    {
        (Tensor allImages, Tensor allLabels) = Data();
        optim.Optimizer optimizer =
            Optimizer == "SGD"
                ? optim.SGD(module.parameters(), Rate, momentum: 0.9, weight_decay: 5e-4)
                : optim.Adam(module.parameters(), 1e-3);
        long size = Batch / ranks;
        for (int step = 0; step < Steps; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor images = allImages[step].narrow(0, rank * size, size);
            Tensor labels = allLabels[step].narrow(0, rank * size, size);
            optimizer.zero_grad();
            nn.functional.cross_entropy(module.call(images), labels).backward();
            optimizer.step();
        }
    }

    /// <summary>What one process makes of whole batches.</summary>
    public Vgg TrainAlone()
    {
        Vgg network = Network();
        Train(network);
        return network;
    }

    /// <summary>What a rank of a group makes of its parts.</summary>
    public DistributedDataParallel TrainIn(ProcessGroup group)
    {
        Vgg network = Network();
        // Several buckets, so that some are reduced during backward.
        DistributedDataParallelOptions options = new() { FirstBucketBytes = 10_000, BucketBytes = 100_000 };
        DistributedDataParallel ddp = new(
            Synchronized ? SyncBatchNorm.Convert(network, group) : network,
            group,
            Part == 1 ? null : options
        );
        Train(ddp, group.Rank, group.WorldSize);
        return ddp;
    }

    /// <summary>Says how far two are apart, and that they are not further than they may be.</summary>
    public void AssertSame(nn.Module expected, nn.Module found) =>
        Assert.InRange(TrainingCase.Difference(expected, found), 0, Bound);
}
