using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Distributed.Tests;

public sealed class JoinTests
{
    private static readonly ProcessGroupOptions Quick = new() { Timeout = TimeSpan.FromSeconds(60) };

    [Theory]
    [InlineData(GradientHookKind.Automatic, false)]
    [InlineData(GradientHookKind.Automatic, true)]
    [InlineData(GradientHookKind.Portable, false)]
    public void Ranks_with_fewer_inputs_count_as_zero_and_all_end_with_the_parameters_of_the_last(
        GradientHookKind hooks,
        bool findUnused
    )
    {
        float[] weights = new float[3];
        float[] means = new float[3];
        ProcessGroup.Threads(
            3,
            group =>
            {
                Sequential mine = nn.Sequential(nn.Linear(1, 1), nn.BatchNorm1d(1));
                using (no_grad())
                {
                    foreach (Parameter parameter in mine.parameters())
                    {
                        parameter.fill_(1);
                    }
                }

                mine.eval();
                using DistributedDataParallel ddp = new(
                    mine,
                    group,
                    new() { Hooks = hooks, FindUnusedParameters = findUnused }
                );
                optim.Optimizer optimizer = optim.SGD(ddp.parameters(), 1);
                ddp.Join(() =>
                {
                    // 1, 2 and 3 steps.
                    for (int step = 0; step <= group.Rank; step++)
                    {
                        optimizer.zero_grad();
                        (ddp.call(full([1, 1], (float)(group.Rank + 1))).sum() * 0.01).backward();
                        optimizer.step();
                    }
                });
                weights[group.Rank] = ((Linear)mine[0]).weight.item<float>();
                means[group.Rank] = ((BatchNorm)mine[1]).bias!.item<float>();
            },
            Quick
        );

        // Each active rank gives 0.01 to the shift's gradient: 3, 2 and 1 of 3.
        Assert.All(means, mean => Assert.Equal(1 - 0.01f * (3 + 2 + 1) / 3, mean, 1e-5f));
        Assert.Equal(weights[2], weights[0]);
        Assert.Equal(weights[2], weights[1]);
        Assert.InRange(weights[0], 0.9f, 0.97f);
    }

    [Fact]
    public void An_exception_in_the_training_passes_and_the_others_do_not_hang()
    {
        ProcessGroupException thrown = Assert.Throws<ProcessGroupException>(() =>
            ProcessGroup.Threads(
                2,
                group =>
                {
                    using DistributedDataParallel ddp = new(nn.Linear(1, 1), group);
                    ddp.Join(() =>
                    {
                        if (group.Rank == 0)
                        {
                            throw new InvalidOperationException("no data");
                        }

                        ddp.call(ones(1, 1)).sum().backward();
                    });
                },
                Quick
            )
        );
        Assert.Contains("no data", thrown.Message);
    }

    [Fact]
    public void Synchronized_normalization_is_refused()
    {
        using ProcessGroup group = ProcessGroup.Alone();
        using DistributedDataParallel ddp = new(nn.Sequential(new SyncBatchNorm(2, group)), group);
        Assert.Throws<InvalidOperationException>(() => ddp.Join(() => { }));
    }
}
