// Trains VGG16 with batch norm on Fashion-MNIST or CIFAR-10, alone or with MPI, from the first weights or from where an earlier run ended.
//
//   dotnet run -c Release --project samples/TrainVgg -- --width 0.25 --epochs 4
//   mpirun -n 2 dotnet run -c Release --no-build --project samples/TrainVgg -- --width 0.25 --epochs 4
//
// Data: Fashion-MNIST from Debian's dataset-fashion-mnist, or a folder with its four files, or one with CIFAR-10's binary version.
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Pth;
using Pth.Distributed;
using Pth.Torch;
using Pth.Torch.Models;
using Spectre.Console;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

Option<string> dataOption = new("--data")
{
    Description = "Folder of Fashion-MNIST or CIFAR-10 (binary version)",
    DefaultValueFactory = _ => "/usr/share/datasets/fashion-mnist",
};
Option<string> outOption = new("--out")
{
    Description = "Folder of the checkpoints and of curve.csv",
    DefaultValueFactory = _ => "runs/vgg16",
};
Option<int> epochsOption = new("--epochs")
{
    Description = "Epochs in all, with those of an earlier run",
    DefaultValueFactory = _ => 4,
};
Option<int> batchOption = new("--batch")
{
    Description = "Images a step, over all ranks",
    DefaultValueFactory = _ => 64,
};
Option<double> rateOption = new("--rate")
{
    Description = "The highest learning rate",
    DefaultValueFactory = _ => 0.05,
};
Option<double> widthOption = new("--width")
{
    Description = "Width of the network: 1 has 64 channels in its first layer",
    DefaultValueFactory = _ => 1.0,
};
Option<int> limitOption = new("--limit")
{
    Description = "Train with the first images only",
    DefaultValueFactory = _ => int.MaxValue,
};
Option<long> seedOption = new("--seed")
{
    Description = "Of the first weights and of the order of images",
    DefaultValueFactory = _ => 1,
};
Option<bool> resumeOption = new("--resume") { Description = "Go on from the last checkpoint in --out" };

RootCommand command = new("Trains VGG16 with batch norm and saves checkpoints that PyTorch loads.")
{
    dataOption,
    outOption,
    epochsOption,
    batchOption,
    rateOption,
    widthOption,
    limitOption,
    seedOption,
    resumeOption,
};
command.SetAction(parsed => Train(parsed));
return command.Parse(args).Invoke();

int Train(ParseResult parsed)
{
    (int epochs, int batch, long seed) = (
        parsed.GetRequiredValue(epochsOption),
        parsed.GetRequiredValue(batchOption),
        parsed.GetRequiredValue(seedOption)
    );
    string folder = parsed.GetRequiredValue(outOption);

    // The processes that mpirun started; a group of one without it.
    using var group = ProcessGroup.Join();
    IAnsiConsole console = group.Rank == 0 ? AnsiConsole.Console : Silent();
    manual_seed(seed);

    (Images train, Images test) = Images.Load(
        parsed.GetRequiredValue(dataOption),
        parsed.GetRequiredValue(limitOption)
    );
    int channels = (int)Math.Round(64 * parsed.GetRequiredValue(widthOption));
    Vgg net = Vgg.Vgg16Bn(classes: 10, layout: VggLayout.Cifar, width: channels);
    using var ddp = new DistributedDataParallel(net, group);
    manual_seed(seed + group.Rank); // what is mirrored differs from rank to rank
    console.MarkupLineInterpolated(
        $"{train.Count:N0} images to train, {test.Count:N0} to test, {net.parameters().Sum(parameter => parameter.numel()):N0} parameters, {group.WorldSize} rank(s) by {group.Transport}"
    );

    // All ranks leave out the same few last images of an epoch, so that all take as many steps of as many images.
    var sampler = new DistributedSampler(train.Count, group, seed: seed, dropLast: true);
    int perRank = Math.Max(1, batch / group.WorldSize);
    int steps = Math.Max(1, sampler.Count / perRank);
    using var optimizer = optim.SGD(
        ddp.parameters(),
        parsed.GetRequiredValue(rateOption),
        momentum: 0.9,
        weight_decay: 5e-4,
        nesterov: true
    );
    // Ten steps of warming up, then half a cosine.
    optim.lr_scheduler.LRScheduler schedule = optim.lr_scheduler.LambdaLR(
        optimizer,
        step =>
            Math.Min(1, (step + 1) / 10.0) * (1 + Math.Cos(Math.PI * Math.Min(1, step / (double)(epochs * steps)))) / 2
    );

    using var checkpoints = new CheckpointManager(folder, new() { KeepLast = 2, KeepBest = 1 }, group);
    string csv = Path.Combine(folder, "curve.csv");
    var curve = new List<(int Epoch, double TrainLoss, double TestLoss, double Accuracy)>();
    int first = 0;
    if (parsed.GetValue(resumeOption) && checkpoints.Latest is { } latest)
    {
        using var checkpoint = Checkpoint.Open(latest.Path);
        ddp.Module.LoadStateDict(StateDict.FromPython((PyDict)checkpoint.Root["model"]));
        optimizer.LoadStateDict(checkpoint.Root["optimizer"]);
        schedule.LoadStateDict(checkpoint.Root["schedule"]);
        first = (int)((PyInt)checkpoint.Root["epoch"]).Value;
        curve.AddRange(File.ReadLines(csv).Skip(1).Take(first).Select(PointOf));
        console.MarkupLineInterpolated($"going on after epoch {first}, from {latest.Path}");
    }
    else if (group.Rank == 0)
    {
        File.WriteAllText(csv, "epoch,train_loss,test_loss,test_accuracy,learning_rate,seconds\n");
    }

    for (int epoch = first; epoch < epochs; epoch++)
    {
        var clock = Stopwatch.StartNew();
        sampler.SetEpoch(epoch);
        ddp.train();
        double loss = 0;
        Progress(
            console,
            $"epoch {epoch + 1} of {epochs}",
            steps,
            advance =>
            {
                foreach (long[] numbers in sampler.Chunk(perRank).Take(steps))
                {
                    using DisposeScope scope = NewDisposeScope();
                    (Tensor images, Tensor labels) = train.Batch(numbers, flip: true);
                    optimizer.zero_grad();
                    Tensor error = functional.cross_entropy(ddp.call(images), labels);
                    error.backward(); // and the gradients are averaged over the ranks meanwhile
                    optimizer.step();
                    schedule.step();
                    float value = error.item<float>();
                    if (float.IsNaN(value))
                    {
                        // Before it is saved: libtorch 2.10 computes it of good numbers on some processors (see README.md).
                        throw new InvalidDataException(
                            "found a loss that is no number, expected one: try ONEDNN_MAX_CPU_ISA=AVX2 or a lower --rate"
                        );
                    }
                    loss += value / steps;
                    advance();
                }
            }
        );

        (double testLoss, double accuracy) = Evaluate(net, test, group);
        double trainLoss = Mean(group, loss);
        curve.Add((epoch + 1, trainLoss, testLoss, accuracy));
        double rate = optimizer.ParamGroups.First().LearningRate;
        console.MarkupLineInterpolated(
            $"epoch {epoch + 1}: loss {trainLoss:f3}, test loss {testLoss:f3}, [green]{accuracy:p2}[/] right, {clock.Elapsed.TotalSeconds:f0} s"
        );
        if (group.Rank == 0)
        {
            File.AppendAllText(
                csv,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{epoch + 1},{trainLoss:f5},{testLoss:f5},{accuracy:f4},{rate:g6},{clock.Elapsed.TotalSeconds:f1}\n"
                )
            );
        }
        // The names are the plain network's; written by rank 0, behind the next epoch.
        _ = checkpoints.SaveAsync(
            epoch + 1,
            () =>
                new PyDict
                {
                    ["epoch"] = epoch + 1,
                    ["accuracy"] = accuracy,
                    ["model"] = net.ToStateDict(),
                    ["optimizer"] = optimizer.ToStateDict(),
                    ["schedule"] = schedule.ToStateDict(),
                },
            metric: accuracy
        );
    }

    checkpoints.Complete();
    ddp.SaveCheckpoint(Path.Combine(folder, "vgg16_bn.pth"));
    Draw(console, curve);
    console.MarkupLineInterpolated(
        $"best: {checkpoints.Best?.Metric:p2} in {checkpoints.Best?.Path}; the last weights alone: {Path.Combine(folder, "vgg16_bn.pth")}"
    );
    return 0;
}

// Each rank tests every WorldSize-th batch.
static (double Loss, double Accuracy) Evaluate(Vgg net, Images test, ProcessGroup group)
{
    net.eval();
    double[] sums = [0, 0];
    using (no_grad())
    {
        foreach (
            long[] numbers in Enumerable
                .Range(0, test.Count)
                .Select(i => (long)i)
                .Chunk(250)
                .Where((_, i) => i % group.WorldSize == group.Rank)
        )
        {
            using DisposeScope scope = NewDisposeScope();
            (Tensor images, Tensor labels) = test.Batch(numbers, flip: false);
            Tensor logits = net.call(images);
            sums[0] += functional.cross_entropy(logits, labels, reduction: Reduction.Sum).item<float>();
            sums[1] += logits.argmax(1).eq(labels).sum().item<long>();
        }
    }
    group.AllReduce<double>(sums);
    return (sums[0] / test.Count, sums[1] / test.Count);
}

static double Mean(ProcessGroup group, double value)
{
    double[] values = [value];
    group.AllReduce<double>(values, ReduceOp.Average);
    return values[0];
}

static void Progress(IAnsiConsole console, string title, int steps, Action<Action> work)
{
    if (!console.Profile.Capabilities.Interactive)
    {
        work(() => { });
        return;
    }
    console
        .Progress()
        .AutoClear(true)
        .Columns(
            new TaskDescriptionColumn(),
            new ProgressBarColumn(),
            new PercentageColumn(),
            new RemainingTimeColumn()
        )
        .Start(context =>
        {
            ProgressTask task = context.AddTask(title, maxValue: steps);
            work(() => task.Increment(1));
        });
}

static (int Epoch, double TrainLoss, double TestLoss, double Accuracy) PointOf(string line)
{
    double[] values = [.. line.Split(',').Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
    return ((int)values[0], values[1], values[2], values[3]);
}

// Accuracy on the test images, an epoch a column.
static void Draw(IAnsiConsole console, List<(int Epoch, double TrainLoss, double TestLoss, double Accuracy)> curve)
{
    if (curve.Count == 0)
    {
        return;
    }
    const int height = 8;
    double low = Math.Floor(curve.Min(point => point.Accuracy) * 20) / 20;
    double high = Math.Max(low + 0.05, Math.Ceiling(curve.Max(point => point.Accuracy) * 20) / 20);
    for (int row = height; row >= 0; row--)
    {
        double level = low + ((high - low) * row / height);
        IEnumerable<string> marks = curve.Select(point =>
            (int)Math.Round((point.Accuracy - low) / (high - low) * height) == row ? "  ●" : "   "
        );
        console.WriteLine($"{level, 7:p1} │{string.Concat(marks)}");
    }
    console.WriteLine($"        └{string.Concat(curve.Select(_ => "───"))}");
    console.WriteLine($"         {string.Concat(curve.Select(point => $"{point.Epoch, 3}"))}  epoch");
}

static IAnsiConsole Silent() =>
    AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });

// Images of 32 x 32 as bytes, in memory.
internal sealed class Images(Tensor pixels, Tensor labels)
{
    private const int Side = 32;

    public int Count => (int)labels.shape[0];

    public static (Images Train, Images Test) Load(string folder, int limit) =>
        File.Exists(Path.Combine(folder, "train-images-idx3-ubyte.gz"))
            ? (FashionMnist(folder, "train", limit), FashionMnist(folder, "t10k", int.MaxValue))
            : (
                Cifar(Directory.GetFiles(folder, "data_batch_*.bin").Order(StringComparer.Ordinal), limit),
                Cifar([Path.Combine(folder, "test_batch.bin")], int.MaxValue)
            );

    // Pixels [B, 3, 32, 32], about -2 to 2, and labels [B]. For training half of the images are mirrored.
    public (Tensor Images, Tensor Labels) Batch(long[] numbers, bool flip)
    {
        Tensor index = tensor(numbers);
        Tensor images = pixels.index_select(0, index).to(ScalarType.Float32).div_(64).sub_(2);
        if (flip)
        {
            images = where(rand(numbers.Length, 1, 1, 1).lt(0.5), images.flip(3), images);
        }
        return (images.expand(-1, 3, -1, -1).contiguous(), labels.index_select(0, index));
    }

    // 16 bytes of header and 28 x 28 bytes an image; 8 bytes of header and a byte a label.
    private static Images FashionMnist(string folder, string part, int limit)
    {
        byte[] images = Unpack(Path.Combine(folder, $"{part}-images-idx3-ubyte.gz"))[16..];
        byte[] labels = Unpack(Path.Combine(folder, $"{part}-labels-idx1-ubyte.gz"))[8..];
        int count = Math.Min(limit, labels.Length);
        Tensor[] resized =
        [
            .. Enumerable
                .Range(0, count)
                .Chunk(5000)
                .Select(numbers => Resize(images.AsSpan(numbers[0] * 784, numbers.Length * 784).ToArray())),
        ];
        return new Images(cat(resized), tensor(labels[..count]).to(ScalarType.Int64));
    }

    private static Tensor Resize(byte[] images)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor small = tensor(images).reshape(-1, 1, 28, 28).to(ScalarType.Float32);
        Tensor large = functional.interpolate(
            small,
            size: [Side, Side],
            mode: InterpolationMode.Bilinear,
            align_corners: false
        );
        return large.round().to(ScalarType.Byte).MoveToOuterDisposeScope();
    }

    // A label and 3 x 32 x 32 bytes an image.
    private static Images Cifar(IEnumerable<string> files, int limit)
    {
        const int length = 1 + (3 * Side * Side);
        byte[] records = [.. files.SelectMany(File.ReadAllBytes)];
        Tensor all = tensor(records).reshape(-1, length).narrow(0, 0, Math.Min(limit, records.Length / length));
        return new Images(
            all.narrow(1, 1, length - 1).reshape(-1, 3, Side, Side).contiguous(),
            all.select(1, 0).to(ScalarType.Int64)
        );
    }

    private static byte[] Unpack(string path)
    {
        using var packed = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        packed.CopyTo(bytes);
        return bytes.ToArray();
    }
}
