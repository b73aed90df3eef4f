using System.Globalization;
using System.Net.Sockets;
using Pth.Distributed;
using Pth.Torch;
using Pth.Torch.Models;
using TorchSharp;
using static TorchSharp.torch;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace Pth.Benchmarks.Ddp;

/// <summary>One rank of Pth. Reads "steps N" or "save FILE" from the socket of its rank and writes milliseconds.</summary>
internal sealed class Worker
{
    private readonly ProcessGroup? _group;
    private readonly DistributedDataParallel? _parallel;
    private readonly nn.Module<Tensor, Tensor> _net;
    private readonly optim.Optimizer _optimizer;
    private readonly List<(Tensor Images, Tensor Labels)> _batches;
    private readonly nn.Module<Tensor, Tensor, Tensor> _loss = nn.CrossEntropyLoss();
    private int _done;

    /// <param name="group">Null for the network alone.</param>
    /// <param name="rank">Chooses the data.</param>
    /// <param name="words">"fused" for <see cref="FusedSgd"/>.</param>
    private Worker(ProcessGroup? group, int rank, string[] words)
    {
        set_num_threads(1);
        random.manual_seed(rank);
        _group = group;
        Vgg vgg = Vgg.Vgg16Bn(10, VggLayout.Cifar);
        _parallel = group is null ? null : new DistributedDataParallel(vgg, group);
        _net = _parallel ?? (nn.Module<Tensor, Tensor>)vgg;
        _optimizer = words.Contains("fused")
            ? new FusedSgd(_net.parameters(), 0.001, momentum: 0.9, weightDecay: 5e-4)
            : optim.SGD(_net.parameters(), 0.001, momentum: 0.9, weight_decay: 5e-4);
        _batches = [.. Enumerable.Range(0, 8).Select(_ => (randn(32, 3, 32, 32), randint(10, [32], int64)))];
    }

    public static void Run(string folder, string[] words)
    {
        string? unconnectedRank = words.FirstOrDefault(word => char.IsAsciiDigit(word[0]));
        using ProcessGroup? group = unconnectedRank is null ? ProcessGroup.Join() : null;
        int rank = group?.Rank ?? int.Parse(unconnectedRank!, CultureInfo.InvariantCulture);
        Worker worker = new(group, rank, words);
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(Path.Combine(folder, $"{rank}")));
        using NetworkStream stream = new(socket);
        using StreamReader questions = new(stream);
        using StreamWriter answers = new(stream) { AutoFlush = true };
        answers.WriteLine(group is null ? $"TorchSharp, libtorch {__version__}" : $"Pth over {group.Transport}");
        while (questions.ReadLine() is string line)
        {
            answers.WriteLine(
                line.Split(' ') switch
                {
                    ["steps", var steps] => worker.Steps(int.Parse(steps, CultureInfo.InvariantCulture)).ToString(),
                    ["save", var path] => worker.Save(path).ToString(),
                    _ => throw new FormatException($"found '{line}', expected steps N or save FILE"),
                }
            );
        }
    }

    private StepTimes Steps(int count)
    {
        long[] times = new long[5];
        Step(times);
        _group?.Barrier();
        Array.Clear(times);
        double loss = 0;
        (double training, double all) = (TrainingCpu(), AllCpu());
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            loss = Step(times);
        }
        double took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        (training, all) = (TrainingCpu() - training, AllCpu() - all);
        double[] parts = [.. times.Select(ticks => ticks * 1000.0 / Stopwatch.Frequency / count)];
        return new StepTimes(
            took / count,
            parts[0],
            parts[1],
            parts[2],
            parts[4],
            parts[3],
            training / count,
            (all - training) / count,
            loss
        );
    }

    private SaveTimes Save(string path)
    {
        long[] times = new long[5];
        Step(times);
        double before = Timed(() => Step(times));
        DistributedDataParallel net = _parallel ?? throw new InvalidOperationException("found no group to save with");
        long began = Stopwatch.GetTimestamp();
        Task writing = net.SaveCheckpointAsync(path);
        double call = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        Task<double> written = writing.ContinueWith(
            _ => Stopwatch.GetElapsedTime(began).TotalMilliseconds,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        double after = Timed(() => Step(times));
        net.CompleteCheckpoint();
        return new SaveTimes(before, call, after, written.Result);
    }

    private double Timed(Action action)
    {
        _group?.Barrier();
        long began = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    /// <summary>Adds the ticks of zero, forward, backward, update, and of the wait in backward.</summary>
    private double Step(long[] times)
    {
        (Tensor images, Tensor labels) = _batches[_done++ % _batches.Count];
        using DisposeScope scope = NewDisposeScope();
        long began = Stopwatch.GetTimestamp();
        _optimizer.zero_grad();
        long zeroed = Stopwatch.GetTimestamp();
        Tensor loss = _loss.call(_net.call(images), labels);
        long forward = Stopwatch.GetTimestamp();
        loss.backward();
        long backward = Stopwatch.GetTimestamp();
        _optimizer.step();
        long updated = Stopwatch.GetTimestamp();
        times[0] += zeroed - began;
        times[1] += forward - zeroed;
        times[2] += backward - forward;
        times[3] += updated - backward;
        times[4] += _parallel?.ReductionWait.Ticks * Stopwatch.Frequency / TimeSpan.TicksPerSecond ?? 0;
        return loss.item<float>();
    }

    /// <summary>Milliseconds of this thread on a processor.</summary>
    private static double TrainingCpu() => OnProcessor("/proc/thread-self");

    /// <summary>Milliseconds of all threads.</summary>
    private static double AllCpu() => Directory.EnumerateDirectories("/proc/self/task").Sum(OnProcessor);

    /// <summary>What is left of the time of a thread that has ended meanwhile is nothing.</summary>
    private static double OnProcessor(string thread)
    {
        try
        {
            string nanoseconds = File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ')[0];
            return double.Parse(nanoseconds, CultureInfo.InvariantCulture) / 1e6;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
