using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Distributed.Tests;

public sealed class UnusedParametersTests
{
    private static readonly ProcessGroupOptions Quick = new() { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>Uses one of two branches, and a third never.</summary>
    private sealed class Branches : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _first = nn.Linear(2, 2, hasBias: false);
        private readonly Linear _second = nn.Linear(2, 2, hasBias: false);
        private readonly Linear _never = nn.Linear(2, 2, hasBias: false);

        public Branches()
            : base(nameof(Branches)) => RegisterComponents();

        public bool TakesFirst { get; set; }

        public Linear First => _first;

        public Linear Second => _second;

        public Linear Never => _never;

        public override Tensor forward(Tensor input) => TakesFirst ? _first.call(input) : _second.call(input);
    }

    [Fact]
    public void A_backward_that_leaves_parameters_out_is_an_error_that_names_them()
    {
        ProcessGroup.Threads(
            2,
            group =>
            {
                using DistributedDataParallel ddp = new(new Branches(), group);
                ExternalException thrown = Assert.ThrowsAny<ExternalException>(() =>
                    ddp.call(ones(1, 2)).sum().backward()
                );
                Assert.Contains("2 of 3 parameters got no gradient", thrown.Message);
                Assert.Contains("_first.weight, _never.weight", thrown.Message);
                Assert.Contains("FindUnusedParameters", thrown.Message);
            },
            Quick
        );
    }

    [Fact]
    public void With_portable_hooks_the_error_comes_at_the_next_forward()
    {
        ProcessGroup.Threads(
            2,
            group =>
            {
                using DistributedDataParallel ddp = new(
                    new Branches(),
                    group,
                    new() { Hooks = GradientHookKind.Portable }
                );
                ddp.call(ones(1, 2)).sum().backward();
                Assert.All(ddp.parameters(), parameter => Assert.Null(parameter.grad));
                InvalidOperationException thrown = Assert.Throws<InvalidOperationException>(() => ddp.call(ones(1, 2)));
                Assert.Contains("2 of 3 parameters got no gradient", thrown.Message);
            },
            Quick
        );
    }

    [Theory]
    [InlineData(GradientHookKind.Native)]
    [InlineData(GradientHookKind.Portable)]
    [InlineData(GradientHookKind.Manual)]
    public void Found_ones_count_as_zero_where_another_rank_used_them_and_stay_as_they_were_where_none_did(
        GradientHookKind hooks
    )
    {
        ProcessGroup.Threads(
            2,
            group =>
            {
                Branches mine = new() { TakesFirst = group.Rank == 0 };
                using DistributedDataParallel ddp = new(
                    mine,
                    group,
                    new() { Hooks = hooks, FindUnusedParameters = true }
                );
                for (int step = 0; step < 3; step++)
                {
                    ddp.zero_grad(set_to_none: true);
                    ddp.call(full([1, 2], group.Rank + 1f)).sum().backward();
                    if (hooks == GradientHookKind.Manual)
                    {
                        ddp.ReduceGradients();
                    }

                    Assert.Equal(0.5f, mine.First.weight.grad![0, 0].item<float>());
                    Assert.Equal(1, mine.Second.weight.grad![0, 0].item<float>());
                    Assert.Null(mine.Never.weight.grad);
                }
            },
            Quick
        );
    }

    [Fact]
    public void A_rank_whose_loss_uses_no_parameter_takes_part()
    {
        ProcessGroup.Threads(
            2,
            group =>
            {
                Branches mine = new();
                using DistributedDataParallel ddp = new(mine, group, new() { FindUnusedParameters = true });
                Tensor output = ddp.call(ones(1, 2));
                Tensor loss = group.Rank == 0 ? output.sum() : (output.detach() * output.sum() * 0).sum();
                loss.backward();
                Assert.Equal(0.5f, mine.Second.weight.grad![0, 0].item<float>());
            },
            Quick
        );
    }
}
