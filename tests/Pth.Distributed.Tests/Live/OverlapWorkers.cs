using System.Diagnostics;
using System.Globalization;
using Pth.Distributed.Gradients;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Distributed.Tests.Live;

/// <summary>
/// What the processes of the job in <see cref="TwoHostsTests"/> do: a backward in which each layer's gradient is one bucket, and which stands still
/// between the layers as if an accelerator computed, so that the processor is free for messages.
/// </summary>
internal static class OverlapWorkers
{
    public const int Layers = 8;

    private const int Width = 512;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private sealed class Pausing : nn.Module<Tensor, Tensor>
    {
        private readonly List<Linear> _layers =
        [
            .. Enumerable.Range(0, Layers).Select(_ => nn.Linear(Width, Width, hasBias: false)),
        ];
        private readonly Tensor _leaf = zeros(1).requires_grad_();
        private readonly Action<int> _after;

        /// <param name="after">Runs in backward when so many layers have their gradients.</param>
        public Pausing(Action<int> after)
            : base(nameof(Pausing))
        {
            _after = after;
            for (int i = 0; i < Layers; i++)
            {
                register_module($"{i}", _layers[i]);
            }
        }

        public override Tensor forward(Tensor input)
        {
            for (int i = 0; i < Layers; i++)
            {
                int done = Layers - i;
                input = _layers[i].call(BackwardMarker.Mark(input, _leaf, () => _after(done)));
            }
            return input;
        }

        protected override void Dispose(bool disposing)
        {
            _leaf.Dispose();
            base.Dispose(disposing);
        }
    }

    public static void Run()
    {
        using ProcessGroup group = ProcessGroup.Join(new ProcessGroupOptions { Timeout = TimeSpan.FromSeconds(100) });
        Console.WriteLine($"[rank {group.Rank} of {group.WorldSize} on {Environment.MachineName}]");
        Overlap(group);
        Measure(group, TimeSpan.FromMilliseconds(50));
    }

    /// <summary>A backward that goes on only when all buckets so far are averaged: it ends in time if, and only if, they are averaged while it runs.</summary>
    private static void Overlap(ProcessGroup group)
    {
        int reduced = 0;
        DistributedDataParallel? ddp = null;
        using Pausing module = new(layers =>
        {
            Stopwatch watch = Stopwatch.StartNew();
            while ((reduced = ddp!.ReducedBuckets) < layers && watch.Elapsed < Patience)
            {
                Thread.Sleep(1);
            }
        });
        ddp = Wrapped(module, group, GradientHookKind.Native);
        Step(ddp, () => { });
        Console.WriteLine(
            $"[{reduced} of {ddp.BucketCount} buckets were averaged when backward ended on rank {group.Rank}]"
        );
    }

    /// <summary>The same step without a group, with buckets that are averaged meanwhile, and with all of them averaged afterwards.</summary>
    private static void Measure(ProcessGroup group, TimeSpan pause)
    {
        using Pausing alone = new(_ => Thread.Sleep(pause));
        DistributedDataParallel overlapping = Wrapped(
            new Pausing(_ => Thread.Sleep(pause)),
            group,
            GradientHookKind.Native
        );
        DistributedDataParallel afterwards = Wrapped(
            new Pausing(_ => Thread.Sleep(pause)),
            group,
            GradientHookKind.Manual
        );
        List<double>[] times =
        [
            [],
            [],
            [],
        ];
        for (int round = 0; round < 4; round++)
        {
            group.Barrier();
            double first = Step(alone, () => { });
            group.Barrier();
            double second = Step(overlapping, () => { });
            group.Barrier();
            double third = Step(afterwards, afterwards.ReduceGradients);
            if (round > 0)
            {
                times[0].Add(first);
                times[1].Add(second);
                times[2].Add(third);
            }
        }
        if (group.Rank == 0)
        {
            string[] said =
            [
                .. times.Select(all =>
                    all.Order().ElementAt(all.Count / 2).ToString("F0", CultureInfo.InvariantCulture)
                ),
            ];
            Console.WriteLine($"[medians in ms: alone {said[0]}, overlapping {said[1]}, afterwards {said[2]}]");
        }
    }

    private static DistributedDataParallel Wrapped(Pausing module, ProcessGroup group, GradientHookKind hooks) =>
        new(
            module,
            group,
            new()
            {
                FirstBucketBytes = 1,
                BucketBytes = 1,
                Hooks = hooks,
            }
        );

    private static double Step(nn.Module<Tensor, Tensor> module, Action after)
    {
        using DisposeScope scope = NewDisposeScope();
        Stopwatch watch = Stopwatch.StartNew();
        module.call(ones(1, Width)).sum().backward();
        after();
        return watch.Elapsed.TotalMilliseconds;
    }
}
