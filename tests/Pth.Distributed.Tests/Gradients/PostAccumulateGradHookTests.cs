using System.Runtime.InteropServices;
using Pth.Distributed.Gradients;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Distributed.Tests.Gradients;

public sealed class PostAccumulateGradHookTests
{
    private sealed class Recorder(Action action) : IGradientHook
    {
        public void GradientAccumulated() => action();
    }

    [Fact]
    public void Hooks_can_be_reached_on_linux()
    {
        using Tensor started = zeros(1);
        Assert.Equal(OperatingSystem.IsLinux(), NativeAutograd.IsAvailable);
    }

    [Fact]
    public void A_hook_runs_once_a_backward_after_accumulation_on_the_thread_that_called_and_can_replace_the_gradient()
    {
        using Parameter weight = new(ones(3));
        List<float> seen = [];
        int thread = 0;
        Recorder recorder = new(() =>
        {
            thread = Environment.CurrentManagedThreadId;
            using Tensor gradient = weight.grad!;
            seen.Add(gradient.sum().item<float>());
            using Tensor replacement = gradient * 10;
            weight.grad = replacement;
        });
        PostAccumulateGradHook.Set(weight, recorder);

        (weight * 2).sum().backward();
        (weight * 2).sum().backward();

        Assert.Equal([6, 66], seen);
        Assert.Equal(Environment.CurrentManagedThreadId, thread);
        Assert.Equal(660, weight.grad!.sum().item<float>());
        PostAccumulateGradHook.Clear(weight);
        (weight * 2).sum().backward();
        Assert.Equal(2, seen.Count);
        GC.KeepAlive(recorder);
    }

    [Fact]
    public void Callbacks_run_when_the_backward_ends_and_may_queue_others()
    {
        List<string> order = [];
        using Parameter first = new(ones(3));
        using Parameter second = new(ones(3));
        Recorder a = new(() => order.Add("first"));
        Recorder b = new(() =>
        {
            order.Add("second");
            BackwardCallback.Queue(() =>
            {
                order.Add("end");
                for (int i = 0; i < 20; i++)
                {
                    BackwardCallback.Queue(() => order.Add("after the end"));
                }
            });
        });
        PostAccumulateGradHook.Set(first, a);
        PostAccumulateGradHook.Set(second, b);

        ((first * 2).relu() * second).sum().backward();

        Assert.Equal(["second", "first", "end", .. Enumerable.Repeat("after the end", 20)], order);
        GC.KeepAlive(a);
        GC.KeepAlive(b);
    }

    [Fact]
    public void An_error_queued_in_a_backward_is_thrown_by_it_with_its_message_and_the_next_backward_is_well()
    {
        using Parameter weight = new(ones(3));
        bool fail = true;
        Recorder recorder = new(() =>
        {
            if (fail)
            {
                BackwardCallback.Queue(() => BackwardCallback.QueueError("rank 3 is gone, and this is a long message"));
            }
        });
        PostAccumulateGradHook.Set(weight, recorder);

        ExternalException thrown = Assert.ThrowsAny<ExternalException>(() => weight.sum().backward());
        Assert.Contains("rank 3 is gone, and this is a long message", thrown.Message);
        for (int i = 0; i < 200; i++)
        {
            Assert.ThrowsAny<ExternalException>(() => weight.sum().backward());
        }

        fail = false;
        weight.sum().backward();
        Assert.Equal(606, weight.grad!.sum().item<float>());
        GC.KeepAlive(recorder);
    }

    [Fact]
    public void Hooks_die_with_their_tensor_and_do_not_keep_their_target()
    {
        List<WeakReference> targets = [];
        for (int i = 0; i < 50; i++)
        {
            Use(targets);
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.InRange(targets.Count(target => target.IsAlive), 0, 2);

        static void Use(List<WeakReference> targets)
        {
            using Parameter weight = new(ones(3));
            Recorder recorder = new(() => { });
            PostAccumulateGradHook.Set(weight, recorder);
            weight.sum().backward();
            targets.Add(new WeakReference(recorder));
        }
    }

    [Fact]
    public void Many_threads_run_backward_with_hooks_at_once()
    {
        int calls = 0;
        Thread[] threads =
        [
            .. Enumerable
                .Range(0, 4)
                .Select(_ => new Thread(() =>
                {
                    using Parameter weight = new(ones(8, 8));
                    Recorder recorder = new(() =>
                    {
                        BackwardCallback.Queue(() => Interlocked.Increment(ref calls));
                    });
                    PostAccumulateGradHook.Set(weight, recorder);
                    for (int i = 0; i < 50; i++)
                    {
                        using DisposeScope scope = NewDisposeScope();
                        weight.matmul(ones(8, 8)).sum().backward();
                    }

                    GC.KeepAlive(recorder);
                })),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(200, calls);
    }
}
