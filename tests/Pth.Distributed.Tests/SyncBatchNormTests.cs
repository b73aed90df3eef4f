using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Distributed.Tests;

public sealed class SyncBatchNormTests
{
    private static readonly ProcessGroupOptions Quick = new() { Timeout = TimeSpan.FromSeconds(60) };

    private sealed class Typed : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _layer = nn.Linear(3, 3);
        private readonly nn.Module<Tensor, Tensor> _norm = nn.BatchNorm1d(3);
        private readonly Linear _last = nn.Linear(3, 3);

        public Typed()
            : base(nameof(Typed)) => RegisterComponents();

        public override Tensor forward(Tensor input) => _last.call(_norm.call(_layer.call(input)));
    }

    private sealed class TooNarrow : nn.Module<Tensor, Tensor>
    {
        private readonly BatchNorm1d _norm = nn.BatchNorm1d(3);

        public TooNarrow()
            : base(nameof(TooNarrow)) => RegisterComponents();

        public override Tensor forward(Tensor input) => _norm.call(input);
    }

    [Theory]
    [InlineData(true, 0.1)]
    [InlineData(false, 0.1)]
    [InlineData(true, null)]
    [InlineData(true, 0.1, ScalarType.Float64)]
    public void Ranks_with_uneven_parts_give_what_batch_normalization_gives_for_all_of_it(
        bool affine,
        double? momentum,
        ScalarType type = ScalarType.Float32
    )
    {
        double rounding = type == ScalarType.Float64 ? 1e-8 : 1;
        // One, two and five images: a mean that is large against the deviation.
        using Generator random = new(3);
        Tensor whole =
            (randn([8, 3, 4, 4], generator: random) * tensor(new float[] { 1, 5, 0.1f }).view(1, 3, 1, 1)) + 20;
        whole = whole.to_type(type);
        Tensor slope = randn([8, 3, 4, 4], type, generator: random);
        using BatchNorm2d expected = nn.BatchNorm2d(3, momentum: momentum ?? 0, affine: affine, dtype: type);
        using Tensor input = whole.clone().requires_grad_();
        Tensor output = expected.call(input);
        (output * slope).sum().backward();

        ProcessGroup.Threads(
            3,
            group =>
            {
                using SyncBatchNorm norm = new(3, group, momentum: momentum, affine: affine, dtype: type);
                (long from, long count) = group.Rank switch
                {
                    0 => (0L, 1L),
                    1 => (1, 2),
                    _ => (3, 5),
                };
                Tensor part = whole.narrow(0, from, count).clone().requires_grad_();
                Tensor result = norm.call(part);
                (result * slope.narrow(0, from, count)).sum().backward();
                Near(output.narrow(0, from, count), result, 1e-4);
                Near(input.grad!.narrow(0, from, count), part.grad!, 2e-3);
                if (affine)
                {
                    group.AllReduce(norm.Weight!.grad!);
                    group.AllReduce(norm.Bias!.grad!);
                    Near(expected.weight.grad!, norm.Weight.grad!, 1e-3);
                    Near(expected.bias!.grad!, norm.Bias.grad!, 1e-4);
                }

                if (momentum is not null)
                {
                    Near(expected.running_mean!, norm.RunningMean!, 1e-5);
                    Near(expected.running_var!, norm.RunningVar!, 1e-5);
                }

                norm.eval();
                Tensor evaluated = nn.functional.batch_norm(
                    part,
                    norm.RunningMean!,
                    norm.RunningVar!,
                    norm.Weight,
                    norm.Bias
                );
                Near(evaluated, norm.call(part), 1e-6);
            },
            Quick
        );

        void Near(Tensor expected, Tensor found, double most) =>
            Assert.InRange(Greatest(expected - found) / Math.Max(1, Greatest(expected)), 0, most * rounding);

        static double Greatest(Tensor values) => values.abs().max().to_type(float64).item<double>();
    }

    [Fact]
    public void Conversion_keeps_tensors_names_order_and_mode()
    {
        using ProcessGroup group = ProcessGroup.Alone();
        Typed inner = new();
        Sequential module = nn.Sequential(("a", nn.Linear(3, 3)), ("b", nn.BatchNorm1d(3)), ("c", inner));
        string[] names = [.. module.state_dict().Keys];
        Parameter weight = module.get_parameter("b.weight")!;
        TrainingCase.SetWeights(module, 1);
        inner.eval();
        using Generator random = new(3);
        Tensor input = randn([4, 3], generator: random);
        Tensor expected = module.call(input);
        Sequential converted = SyncBatchNorm.Convert(module, group);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(names, converted.state_dict().Keys);
        Assert.Same(weight, converted.get_parameter("b.weight"));
        Assert.Equal(2, converted.modules().Count(child => child is SyncBatchNorm));
        Assert.True(converted.call(input).allclose(expected, 1e-4, 1e-5));
        Assert.Equal([true, false], converted.modules().OfType<SyncBatchNorm>().Select(norm => norm.training));
    }

    [Fact]
    public void A_field_that_cannot_hold_it_is_named()
    {
        using ProcessGroup group = ProcessGroup.Alone();
        ArgumentException thrown = Assert.Throws<ArgumentException>(() =>
            SyncBatchNorm.Convert(new TooNarrow(), group)
        );
        Assert.Contains("TooNarrow._norm is declared as BatchNorm1d", thrown.Message);
        Assert.Throws<ArgumentException>(() => SyncBatchNorm.Convert(nn.BatchNorm1d(3), group));
    }

    [Fact]
    public void Wrong_shapes_and_single_values_are_refused()
    {
        using ProcessGroup group = ProcessGroup.Alone();
        using SyncBatchNorm norm = new(3, group);
        Assert.Throws<ArgumentException>(() => norm.call(ones(3)));
        Assert.Throws<ArgumentException>(() => norm.call(ones(2, 4)));
        Assert.Throws<ArgumentException>(() => norm.call(ones(1, 3)));
    }
}
