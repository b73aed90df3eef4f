using System.Runtime.InteropServices;
using Pth.Distributed.Gradients;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Distributed.Tests;

public sealed class DistributedDataParallelTests
{
    private static readonly ProcessGroupOptions Quick = new() { Timeout = TimeSpan.FromSeconds(60) };

    public enum Norms
    {
        Frozen,
        Synchronized,
    }

    public static TheoryData<int, string, Norms, GradientHookKind> Trainings()
    {
        TheoryData<int, string, Norms, GradientHookKind> data = [];
        for (int ranks = 1; ranks <= 4; ranks++)
        {
            data.Add(ranks, "SGD", Norms.Frozen, GradientHookKind.Automatic);
            data.Add(ranks, "SGD", Norms.Synchronized, GradientHookKind.Automatic);
            data.Add(ranks, "Adam", Norms.Synchronized, GradientHookKind.Automatic);
        }

        data.Add(2, "SGD", Norms.Frozen, GradientHookKind.Portable);
        data.Add(3, "SGD", Norms.Synchronized, GradientHookKind.Portable);
        data.Add(2, "SGD", Norms.Synchronized, GradientHookKind.Manual);
        return data;
    }

    [Theory]
    [MemberData(nameof(Trainings))]
    public void Ranks_with_parts_of_a_batch_become_what_one_process_with_all_of_it_becomes(
        int ranks,
        string optimizer,
        Norms norms,
        GradientHookKind hooks
    )
    {
        Func<IEnumerable<Parameter>, optim.Optimizer> make = optimizer == "SGD" ? TrainingCase.Sgd : TrainingCase.Adam;
        using Sequential alone = TrainingCase.Network();
        using Sequential start = TrainingCase.Network();
        (Tensor, Tensor) data = TrainingCase.Data();
        if (norms == Norms.Frozen)
        {
            TrainingCase.FreezeNorms(alone);
        }

        TrainingCase.Train(alone, make(alone.parameters()), data);
        Assert.InRange(TrainingCase.Difference(start, alone), 1e-2, 10);

        double[] differences = new double[ranks];
        ProcessGroup.Threads(
            ranks,
            group =>
            {
                // Those of rank 0 count.
                Sequential mine = TrainingCase.Network(seed: 1 + group.Rank);

                mine = norms == Norms.Synchronized ? SyncBatchNorm.Convert(mine, group) : mine;
                if (norms == Norms.Frozen)
                {
                    TrainingCase.FreezeNorms(mine);
                }

                DistributedDataParallelOptions options = new()
                {
                    Hooks = hooks,
                    FirstBucketBytes = 300,
                    BucketBytes = 500,
                };
                using DistributedDataParallel ddp = new(mine, group, options);
                TrainingCase.Train(
                    ddp,
                    make(ddp.parameters()),
                    data,
                    group.Rank,
                    ranks,
                    hooks == GradientHookKind.Manual ? ddp.ReduceGradients : null
                );
                differences[group.Rank] = TrainingCase.Difference(alone, mine);
                Assert.True(ddp.BucketCount > 2);
                Assert.Equal(
                    hooks == GradientHookKind.Automatic && NativeAutograd.IsAvailable,
                    ddp.OverlappedBuckets > 0
                );
            },
            Quick
        );

        Assert.All(differences, difference => Assert.InRange(difference, 0, optimizer == "SGD" ? 1e-5 : 1e-4));
    }

    [Fact]
    public void Names_begin_with_module_and_rank_0_gives_parameters_and_buffers()
    {
        double[] sums = new double[3];
        ProcessGroup.Threads(
            3,
            group =>
            {
                Sequential mine = TrainingCase.Network(seed: 1 + group.Rank);
                using (no_grad())
                {
                    mine.buffers().First().fill_(group.Rank + 1);
                }

                using DistributedDataParallel ddp = new(mine, group);
                Assert.Equal(mine.state_dict().Keys.Select(name => "module." + name), ddp.state_dict().Keys);
                Assert.Same(mine, ddp.Module);
                sums[group.Rank] = TrainingCase.State(ddp).Sum(tensor => tensor.sum().item<float>());
                Assert.Equal(1, mine.buffers().First()[0].item<float>());
            },
            Quick
        );
        Assert.Equal(sums[0], sums[1]);
        Assert.Equal(sums[0], sums[2]);
    }

    [Fact]
    public void Ranks_with_different_modules_are_told_the_first_difference()
    {
        string[] messages = new string[3];
        ProcessGroup.Threads(
            3,
            group =>
            {
                Sequential mine = nn.Sequential(("a", nn.Linear(2, 3)), ("b", nn.Linear(3, group.Rank == 2 ? 5 : 4)));
                messages[group.Rank] = Assert
                    .Throws<InvalidOperationException>(() => new DistributedDataParallel(mine, group))
                    .Message;
            },
            Quick
        );
        Assert.All(
            messages,
            message =>
                Assert.Equal(
                    "The ranks do not have the same module: rank 2 has parameter b.weight [5, 3] Float32, where rank 0 has parameter b.weight [4, 3] Float32",
                    message
                )
        );
    }

    [Fact]
    public void Gradients_are_views_of_the_buckets_and_stay_so_when_set_to_zero()
    {
        ProcessGroup.Threads(
            2,
            group =>
            {
                using DistributedDataParallel ddp = new(nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3)), group);
                Parameter[] parameters = [.. ddp.parameters()];
                ddp.call(ones(2, 3)).sum().backward();
                nint[] first = [.. parameters.Select(parameter => GradientSlot.IdentityOf(parameter.grad!))];
                ddp.zero_grad(set_to_none: false);
                ddp.call(ones(2, 3)).sum().backward();
                Assert.Equal(first, parameters.Select(parameter => GradientSlot.IdentityOf(parameter.grad!)));
                nint[] addresses = [.. parameters.Select(parameter => parameter.grad!.storage<float>().data_ptr())];
                Assert.Single(addresses.Distinct());
                ddp.zero_grad(set_to_none: true);
                ddp.call(ones(2, 3)).sum().backward();
                Assert.Equal(first, parameters.Select(parameter => GradientSlot.IdentityOf(parameter.grad!)));
            },
            Quick
        );
    }

    [Theory]
    [InlineData(GradientHookKind.Native)]
    [InlineData(GradientHookKind.Portable)]
    public void Gradients_add_up_without_reduction_and_the_next_backward_reduces_the_sum(GradientHookKind hooks)
    {
        ProcessGroup.Threads(
            3,
            group =>
            {
                using DistributedDataParallel ddp = new(nn.Linear(1, 1), group, new() { Hooks = hooks });
                Parameter weight = ((Linear)ddp.Module).weight;
                using (ddp.NoSync())
                {
                    ddp.call(full([1, 1], (float)group.Rank)).sum().backward();
                    ddp.call(full([1, 1], group.Rank * 10f)).sum().backward();
                }

                Assert.Equal(group.Rank * 11, weight.grad!.item<float>(), 1e-4);
                ddp.call(full([1, 1], 100f * group.Rank)).sum().backward();
                Assert.Equal(111, weight.grad!.item<float>(), 1e-4);
                ddp.call(full([1, 1], 3f * group.Rank)).sum().backward();
                Assert.Equal(114, weight.grad!.item<float>(), 1e-4);
            },
            Quick
        );
    }

    [Fact]
    public void Buffers_of_rank_0_are_given_before_the_forward_after_a_step_unless_not_wanted()
    {
        foreach (bool broadcast in new[] { true, false })
        {
            ProcessGroup.Threads(
                2,
                group =>
                {
                    using DistributedDataParallel ddp = new(
                        TrainingCase.Network(),
                        group,
                        new() { BroadcastBuffers = broadcast }
                    );
                    Tensor mean = ddp.Module.get_buffer("norm1.running_mean")!;
                    ddp.call(randn(4, 3, 6, 6) + group.Rank).sum().backward();
                    ddp.eval();
                    ddp.call(ones(4, 3, 6, 6));
                    Tensor all = group.AllGather(mean);
                    Assert.Equal(broadcast, (all[0] - all[1]).abs().max().item<float>() == 0);
                },
                Quick
            );
        }
    }

    [Theory]
    [InlineData(GradientCompression.Float16, 1e-3)]
    [InlineData(GradientCompression.BFloat16, 1e-2)]
    public void Compressed_gradients_are_near_those_that_are_not(GradientCompression compression, double near)
    {
        ProcessGroup.Threads(
            3,
            group =>
            {
                Sequential mine = TrainingCase.Network();
                using DistributedDataParallel plain = new(mine, group);
                (Tensor images, _) = TrainingCase.Data(1);
                Tensor part = images[0].narrow(0, group.Rank * 4, 4);
                plain.call(part).square().sum().backward();
                Tensor[] exact = [.. mine.parameters().Select(parameter => parameter.grad!.clone())];
                plain.zero_grad(set_to_none: true);

                using DistributedDataParallel compressed = new(mine, group, new() { Compression = compression });
                compressed.call(part).square().sum().backward();
                double difference = mine.parameters()
                    .Zip(exact)
                    .Max(pair => (pair.First.grad! - pair.Second).abs().max().item<float>());
                difference /= exact.Max(gradient => gradient.abs().max().item<float>());
                Assert.InRange(difference, 1e-7, near);
            },
            Quick
        );
    }

    [Fact]
    public void A_forward_after_a_backward_that_was_not_reduced_by_hand_is_an_error()
    {
        ProcessGroup.Threads(
            2,
            group =>
            {
                using DistributedDataParallel ddp = new(
                    nn.Linear(2, 2),
                    group,
                    new() { Hooks = GradientHookKind.Manual }
                );
                ddp.call(ones(1, 2));
                ddp.call(ones(1, 2)).sum().backward();
                InvalidOperationException thrown = Assert.Throws<InvalidOperationException>(() => ddp.call(ones(1, 2)));
                Assert.Contains("ReduceGradients()", thrown.Message);
                ddp.ReduceGradients();
                ddp.call(ones(1, 2)).sum().backward();
            },
            Quick
        );
    }

    [Fact]
    public void What_goes_wrong_in_a_reduction_is_thrown_by_backward_and_no_gradient_is_left()
    {
        ProcessGroup.Threads(
            2,
            group =>
            {
                DistributedDataParallel ddp = new(nn.Linear(2, 2), group, new() { Hooks = GradientHookKind.Native });
                Tensor loss = ddp.call(ones(1, 2)).sum();
                group.Dispose();
                ExternalException thrown = Assert.ThrowsAny<ExternalException>(() => loss.backward());
                Assert.Contains("rank " + group.Rank, thrown.Message);
                Assert.All(ddp.parameters(), parameter => Assert.Null(parameter.grad));
                Assert.Throws<InvalidOperationException>(() => ddp.call(ones(1, 2)));
            },
            Quick
        );
    }
}
