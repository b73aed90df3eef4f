using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Tests.Optimizers;

/// <summary>The oracle is TorchSharp's SGD, which <see cref="LiveOptimizerTests"/> holds beside PyTorch's.</summary>
public sealed class FusedSgdTests
{
    private static readonly long[][] Shapes =
    [
        [3, 5, 7],
        [40],
        [600_001],
        [],
    ];

    public static TheoryData<double, double, double, bool, bool> Cases =>
        new()
        {
            { 0, 0, 0, false, false },
            { 0.9, 0, 0, false, false },
            { 0.9, 0.3, 0.01, false, false },
            { 0.9, 0, 0.01, true, false },
            { 0.9, 0, 0, true, true },
            { 0, 0, 0.1, false, false },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_are_those_of_SGD(double momentum, double dampening, double decay, bool nesterov, bool maximize)
    {
        using DisposeScope scope = NewDisposeScope();
        List<Parameter> mine = Parameters();
        List<Parameter> theirs = Parameters();
        using var fused = new FusedSgd(mine, 0.1, momentum, dampening, decay, nesterov, maximize);
        using var plain = optim.SGD(theirs, 0.1, momentum, dampening, decay, nesterov, maximize);
        for (int i = 0; i < 5; i++)
        {
            foreach ((Parameter one, Parameter other) in mine.Zip(theirs))
            {
                Tensor gradient = randn(one.shape);
                one.grad = gradient;
                other.grad = gradient.clone();
            }
            fused.step();
            plain.step();
        }
        Assert.All(mine.Zip(theirs), pair => Assert.InRange(Distance(pair.First, pair.Second), 0, 1e-5));
    }

    [Fact]
    public void What_is_not_contiguous_float32_is_stepped_too()
    {
        using DisposeScope scope = NewDisposeScope();
        List<Parameter> mine = [new(randn(4, 3).t()), new(randn(4, 3, float64))];
        List<Parameter> theirs = [.. mine.Select(one => new Parameter(one.detach().clone()))];
        using var fused = new FusedSgd(mine, 0.1, momentum: 0.9, weightDecay: 0.1);
        using var plain = optim.SGD(theirs, 0.1, momentum: 0.9, weight_decay: 0.1);
        for (int i = 0; i < 3; i++)
        {
            foreach ((Parameter one, Parameter other) in mine.Zip(theirs))
            {
                one.grad = ones_like(one);
                other.grad = ones_like(other);
            }
            fused.step();
            plain.step();
        }
        Assert.All(mine.Zip(theirs), pair => Assert.InRange(Distance(pair.First, pair.Second), 0, 1e-6));
    }

    [Fact]
    public void Its_state_is_loaded_into_SGD_and_that_of_SGD_into_it()
    {
        using DisposeScope scope = NewDisposeScope();
        List<Parameter> mine = Parameters();
        List<Parameter> theirs = [.. mine.Select(one => new Parameter(one.detach().clone()))];
        using var fused = new FusedSgd(mine, 0.1, momentum: 0.9);
        using var plain = optim.SGD(theirs, 0.3);
        Step(fused, mine);
        Step(optim.SGD(theirs, 0.1), theirs);
        plain.LoadStateDict(fused.ToStateDict());
        Step(fused, mine);
        Step(plain, theirs);
        using var again = new FusedSgd(theirs, 0.5);
        again.LoadStateDict(plain.ToStateDict());
        Step(fused, mine);
        Step(again, theirs);
        Assert.All(mine.Zip(theirs), pair => Assert.InRange(Distance(pair.First, pair.Second), 0, 1e-6));
    }

    [Fact]
    public void A_backward_through_weights_of_before_the_step_is_refused()
    {
        using DisposeScope scope = NewDisposeScope();
        var weight = new Parameter(randn(3));
        using var fused = new FusedSgd([weight], 0.1);
        Tensor loss = (weight * weight).sum();
        loss.backward(create_graph: false, retain_graph: true);
        fused.step();
        ExternalException error = Assert.Throws<ExternalException>(() => loss.backward());
        Assert.Contains("modified by an inplace operation", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parameters_without_a_gradient_stay_as_they_are()
    {
        using DisposeScope scope = NewDisposeScope();
        var used = new Parameter(ones(3));
        var unused = new Parameter(ones(3));
        using var fused = new FusedSgd([used, unused], 0.1, momentum: 0.9, weightDecay: 0.5);
        used.grad = ones(3);
        fused.step();
        Assert.Equal([1f, 1f, 1f], unused.data<float>().ToArray());
        Assert.All(used.data<float>().ToArray(), value => Assert.Equal(0.85f, value, 1e-6f));
    }

    private static List<Parameter> Parameters()
    {
        // Not the process's own, which other tests draw from at the same time.
        using var numbers = new Generator(5, CPU);
        return [.. Shapes.Select(shape => new Parameter(randn(shape, generator: numbers)))];
    }

    private static void Step(optim.Optimizer optimizer, List<Parameter> parameters)
    {
        parameters.ForEach(one => one.grad = ones_like(one));
        optimizer.step();
    }

    private static double Distance(Tensor one, Tensor other) =>
        (one - other).abs().max().to_type(float64).item<double>();
}
