using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace Pth.Distributed.Tests.Groups;

/// <summary>What the processes of the jobs in <see cref="MpiTests"/> do.</summary>
internal static class MpiWorkers
{
    public static void Run(string[] arguments)
    {
        ProcessGroupOptions options = new() { Timeout = TimeSpan.FromSeconds(30) };
        switch (arguments[0])
        {
            case "battery":
                Battery(options with { Timeout = TimeSpan.FromSeconds(60) });
                break;
            case "split":
                Battery(
                    options with
                    {
                        MessageBytes = 1000,
                        SegmentBytes = 3000,
                        WholeBytes = 100,
                        CheckAgreement = true,
                    }
                );
                break;
            case "busy":
                Busy(options);
                break;
            case "throws":
                Throws(options);
                break;
            case "throws-async":
                ThrowsAsync(options).GetAwaiter().GetResult();
                break;
            case "leaves":
                Leaves(options, new Meeting(arguments[1]));
                break;
            case "dies":
                Dies(options with { Timeout = TimeSpan.FromSeconds(3) });
                break;
            case "hangs":
                Hangs(options with { Timeout = TimeSpan.FromSeconds(3) }, new Meeting(arguments[1]));
                break;
            case "disagrees":
                Disagrees(options);
                break;
            case "disagrees-in-type":
                DisagreesInType(options with { Timeout = TimeSpan.FromSeconds(60), CheckAgreement = true });
                break;
            case "joins":
                using (ProcessGroup group = ProcessGroup.Join(options))
                {
                    Console.WriteLine($"{group.Rank} of {group.WorldSize} by {group.Transport}");
                }
                break;
            default:
                throw new ArgumentException($"found no worker {arguments[0]}", nameof(arguments));
        }
    }

    private static void Battery(ProcessGroupOptions options)
    {
        using ProcessGroup group = ProcessGroup.Join(options);
        CollectiveBattery.Run(group, 70_001);
        // .NET finds null references by a signal that native libraries like to take.
        string? nothing = group.Rank < 0 ? "" : null;
        Assert.Throws<NullReferenceException>(() => nothing!.Length);
        SameAsThreads(group);
        Console.WriteLine($"rank {group.Rank} of {group.WorldSize} done by {group.Transport}");
    }

    /// <summary>Random values: messages and threads must give the same bits.</summary>
    private static void SameAsThreads(ProcessGroup group)
    {
        const int Count = 200_003;
        float[] mine = Values(group.Rank);
        Half[] half = [.. mine.Select(value => (Half)value)];
        group.AllReduce<float>(mine, ReduceOp.Average);
        group.AllReduce<Half>(half);
        ProcessGroup.Threads(
            group.WorldSize,
            threads =>
            {
                float[] values = Values(threads.Rank);
                Half[] halves = [.. values.Select(value => (Half)value)];
                threads.AllReduce<float>(values, ReduceOp.Average);
                threads.AllReduce<Half>(halves);
                Assert.Equal(values, mine);
                Assert.Equal(halves, half);
            }
        );

        static float[] Values(int rank)
        {
            Random random = new(rank);
            return [.. Enumerable.Range(0, Count).Select(_ => (random.NextSingle() - 0.5f) * 100)];
        }
    }

    /// <summary>Many works under way while this thread computes with the same library.</summary>
    private static void Busy(ProcessGroupOptions options)
    {
        using ProcessGroup group = ProcessGroup.Join(options);
        int ranks = group.WorldSize;
        for (int round = 0; round < 20; round++)
        {
            using Tensor large = full(300_000, (float)(group.Rank + round));
            Work first = group.AllReduceAsync(large);
            float[][] small = [.. Enumerable.Range(0, 100).Select(i => new float[] { i })];
            Work[] works = [.. small.Select(values => group.AllReduceAsync<float>(values))];
            using Tensor left = randn(64, 64);
            using Tensor product = left.mm(left).mm(left);
            first.Wait();
            Assert.Equal((ranks * (ranks - 1) / 2f) + (ranks * round), large[299_999].item<float>());
            Array.ForEach(works, work => work.Wait());
            Assert.Equal(Enumerable.Range(0, 100).Select(i => (float)i * ranks), small.Select(values => values[0]));
        }
        Console.WriteLine("done");
    }

    private static void Throws(ProcessGroupOptions options)
    {
        using ProcessGroup group = ProcessGroup.Join(options);
        group.Barrier();
        if (group.Rank == 1)
        {
            throw new InvalidDataException("no such data set");
        }
        group.AllReduce<float>(new float[1000]);
    }

    private static async Task ThrowsAsync(ProcessGroupOptions options)
    {
        using ProcessGroup group = ProcessGroup.Join(options);
        await group.BarrierAsync();
        if (group.Rank == 1)
        {
            throw new InvalidDataException("no such data set");
        }
        await group.BarrierAsync();
    }

    private static void Leaves(ProcessGroupOptions options, Meeting meeting)
    {
        ProcessGroup group = ProcessGroup.Join(options);
        group.Barrier();
        if (group.Rank == 1)
        {
            group.Dispose();
            return;
        }
        Report(group, () => group.AllReduce<float>(new float[100_000]));
        Report(group, group.Barrier);
        // A launcher may end all when one goes: neither goes before the other has reported.
        meeting.Came(group.Rank);
        meeting.WaitFor(2 - group.Rank);
        // The library does that too, for a time.
        Stopwatch watch = Stopwatch.StartNew();
        group.Dispose();
        Assert.True(watch.Elapsed > TimeSpan.FromSeconds(1), $"gone after {watch.Elapsed}");
    }

    private static void Dies(ProcessGroupOptions options)
    {
        using ProcessGroup group = ProcessGroup.Join(options);
        group.Barrier();
        if (group.Rank == 1)
        {
            using Process self = Process.GetCurrentProcess();
            self.Kill();
            Thread.Sleep(Timeout.Infinite);
        }
        Report(group, group.Barrier);
    }

    private static void Hangs(ProcessGroupOptions options, Meeting meeting)
    {
        using ProcessGroup group = ProcessGroup.Join(options);
        group.Barrier();
        int other = 1 - group.Rank;
        if (group.Rank == 1)
        {
            // Until the other has given it up; then it hears of that.
            meeting.WaitFor(other);
        }
        Report(group, () => group.AllReduce(ones(100_000)));
        Report(group, group.Barrier);
        meeting.Came(group.Rank);
        meeting.WaitFor(other);
    }

    private static void Disagrees(ProcessGroupOptions options)
    {
        using ProcessGroup group = ProcessGroup.Join(options);
        Report(group, () => group.AllReduce<float>(new float[10 + group.Rank]));
    }

    private static void DisagreesInType(ProcessGroupOptions options)
    {
        using ProcessGroup group = ProcessGroup.Join(options);
        group.AllReduce<int>(new int[1000]);
        Report(
            group,
            () =>
            {
                if (group.Rank == 0)
                {
                    group.AllReduce<float>(new float[1000]);
                }
                else
                {
                    group.AllReduce<int>(new int[1000], ReduceOp.Max);
                }
            }
        );
    }

    private static void Report(ProcessGroup group, Action action)
    {
        Stopwatch watch = Stopwatch.StartNew();
        ProcessGroupException error = Assert.Throws<ProcessGroupException>(action);
        Console.WriteLine($"[{error.Kind} after {watch.Elapsed.TotalSeconds:F1} s: {error.Message}]");
    }
}
