using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Distributed.Tests;

/// <summary>A small convolutional network, data for it, and a training loop: what one process does with a batch is compared with what ranks do with parts of it.</summary>
internal static class TrainingCase
{
    /// <summary>Can be shared out to 1, 2, 3 and 4 ranks.</summary>
    public const int Batch = 12;

    public const int Steps = 20;

    /// <remarks>
    /// One convolution only: libtorch 2.10 now and then gives NaN as the gradient of a small convolution's input (plain TorchSharp is enough to see
    /// it), and behind the first layer nobody asks for that. No bias before a normalization: its gradient is zero but for rounding, which Adam makes large.
    /// </remarks>
    /// <param name="seed">Of its weights: networks of one seed are equal. The process's own generator serves other tests at the same time.</param>
    public static Sequential Network(int seed = 1)
    {
        Sequential network = nn.Sequential(
            ("conv1", nn.Conv2d(3, 8, 3, bias: false)),
            ("norm1", nn.BatchNorm2d(8)),
            ("relu1", nn.ReLU(inplace: true)),
            ("flatten", nn.Flatten()),
            ("middle", nn.Linear(8 * 4 * 4, 16, hasBias: false)),
            ("norm2", nn.BatchNorm1d(16)),
            ("relu2", nn.ReLU(inplace: true)),
            ("head", nn.Linear(16, 5))
        );
        SetWeights(network, seed);
        return network;
    }

    /// <summary>Gives all parameters values of the size of those that PyTorch's layers begin with, from a seed.</summary>
    public static void SetWeights(nn.Module module, int seed)
    {
        using Generator random = new((ulong)seed);
        using var noGradients = no_grad();
        foreach ((string name, Parameter parameter) in module.named_parameters())
        {
            using DisposeScope scope = NewDisposeScope();
            bool isScale = parameter.dim() == 1 && name.EndsWith("weight", StringComparison.Ordinal);
            double bound = parameter.dim() == 1 ? 0.1 : 1 / Math.Sqrt((double)parameter.numel() / parameter.shape[0]);
            Tensor values = ((rand(parameter.shape, generator: random) * 2) - 1) * bound;
            parameter.copy_(isScale ? values + 1 : values);
        }
    }

    public static (Tensor Images, Tensor Labels) Data(int steps = Steps)
    {
        using Generator random = new(11);
        Tensor images = randn([steps, Batch, 3, 6, 6], generator: random);
        Tensor labels = randint(0, 5, [steps, Batch], dtype: int64, generator: random);
        return (images, labels);
    }

    public static optim.Optimizer Sgd(IEnumerable<Parameter> parameters) =>
        optim.SGD(parameters, 0.1, momentum: 0.9, weight_decay: 5e-4);

    public static optim.Optimizer Adam(IEnumerable<Parameter> parameters) => optim.Adam(parameters, 1e-3);

    /// <summary>Puts batch normalization alone into evaluation mode: it then uses the running statistics, which do not change.</summary>
    public static void FreezeNorms(nn.Module module)
    {
        foreach (BatchNorm norm in module.modules().OfType<BatchNorm>())
        {
            norm.eval();
        }
    }

    /// <summary>Trains with a part of each batch.</summary>
    public static void Train(
        nn.Module<Tensor, Tensor> module,
        optim.Optimizer optimizer,
        (Tensor Images, Tensor Labels) data,
        int part = 0,
        int parts = 1,
        Action? afterBackward = null
    )
    {
        long size = Batch / parts;
        for (int step = 0; step < data.Images.shape[0]; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            optimizer.zero_grad();
            Tensor images = data.Images[step].narrow(0, part * size, size);
            Tensor labels = data.Labels[step].narrow(0, part * size, size);
            nn.functional.cross_entropy(module.call(images), labels).backward();
            afterBackward?.Invoke();
            optimizer.step();
        }
    }

    /// <summary>The greatest difference between two modules' parameters and buffers of floating point.</summary>
    public static double Difference(nn.Module first, nn.Module second)
    {
        using DisposeScope scope = NewDisposeScope();
        double[] differences =
        [
            .. State(first)
                .Zip(State(second))
                .Select(pair => (pair.First - pair.Second).abs().max().to_type(float64).item<double>()),
        ];
        return differences.Any(double.IsNaN) ? double.NaN : differences.Max();
    }

    public static IEnumerable<Tensor> State(nn.Module module) =>
        module
            .parameters()
            .Concat(module.buffers())
            .Where(tensor => tensor.is_floating_point())
            .Select(tensor => tensor.detach());
}
