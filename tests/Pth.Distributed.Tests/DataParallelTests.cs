using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Distributed.Tests;

public sealed class DataParallelTests
{
    /// <summary>A module of a class of its own, with a field, a list, and a tensor that is no parameter.</summary>
    private sealed class Mixed : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _first = nn.Linear(3, 4);
        private readonly List<Linear> _unregistered = [nn.Linear(4, 4)];
        private readonly Tensor _offset = ones(4);
        private readonly Func<Tensor, Tensor> _activation = static x => x.relu();

        public Mixed()
            : base(nameof(Mixed))
        {
            RegisterComponents();
            register_module("second", _unregistered[0]);
        }

        public override Tensor forward(Tensor input) =>
            _unregistered[0].call(_activation(_first.call(input) + _offset));
    }

    private sealed class Bound : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _layer = nn.Linear(3, 4);
        private readonly Func<Tensor, Tensor> _run;

        public Bound()
            : base(nameof(Bound))
        {
            RegisterComponents();
            _run = _layer.call;
        }

        public override Tensor forward(Tensor input) => _run(input);
    }

    private static Device[] Devices(int count) => [.. Enumerable.Repeat(CPU, count)];

    [Theory]
    [InlineData(1, "SGD", false)]
    [InlineData(2, "SGD", false)]
    [InlineData(3, "SGD", true)]
    [InlineData(4, "Adam", false)]
    public void Devices_with_parts_of_a_batch_become_what_one_with_all_of_it_becomes(
        int devices,
        string optimizer,
        bool factory
    )
    {
        Func<IEnumerable<Parameter>, optim.Optimizer> make = optimizer == "SGD" ? TrainingCase.Sgd : TrainingCase.Adam;
        using Sequential alone = TrainingCase.Network();
        using Sequential mine = TrainingCase.Network();
        using Sequential start = TrainingCase.Network();
        TrainingCase.FreezeNorms(alone);
        TrainingCase.FreezeNorms(mine);
        using DataParallel parallel = new(mine, Devices(devices), factory ? () => TrainingCase.Network(seed: 9) : null);
        (Tensor, Tensor) data = TrainingCase.Data();
        TrainingCase.Train(alone, make(alone.parameters()), data);
        TrainingCase.Train(parallel, make(parallel.parameters()), data);
        Assert.InRange(TrainingCase.Difference(alone, mine), 0, optimizer == "SGD" ? 1e-5 : 1e-4);
        Assert.InRange(TrainingCase.Difference(alone, start), 1e-2, 10);
    }

    [Fact]
    public void Buffers_are_those_of_the_first_part()
    {
        foreach (bool factory in new[] { false, true })
        {
            using Sequential mine = TrainingCase.Network();
            using Sequential first = TrainingCase.Network();
            using DataParallel parallel = new(mine, Devices(3), factory ? () => TrainingCase.Network(seed: 9) : null);
            Tensor images = TrainingCase.Data(1).Images[0];
            parallel.call(images);
            first.call(images.narrow(0, 0, 4));
            Assert.Equal(0, TrainingCase.Difference(mine, first), 1e-7);
            Assert.Equal(1, mine.get_buffer("norm1.num_batches_tracked")!.item<long>());
        }
    }

    [Fact]
    public void Names_begin_with_module_and_outputs_and_input_gradients_come_together()
    {
        using Mixed mine = new();
        TrainingCase.SetWeights(mine, 1);
        using DataParallel parallel = new(mine, Devices(3));
        Assert.Equal(mine.state_dict().Keys.Select(name => "module." + name), parallel.state_dict().Keys);
        Assert.Same(mine, parallel.Module);

        using Generator random = new(2);
        Tensor input = randn([7, 3], generator: random).requires_grad_();
        Tensor again = input.detach().requires_grad_();
        Tensor expected = mine.call(again);
        expected.square().sum().backward();
        Tensor[] gradients = [.. mine.parameters().Select(parameter => parameter.grad!.clone())];
        mine.zero_grad(set_to_none: true);
        Tensor output = parallel.call(input);
        output.square().sum().backward();
        Assert.True(output.allclose(expected, 1e-5, 1e-6));
        Assert.True(input.grad!.allclose(again.grad!, 1e-5, 1e-6));
        Assert.All(
            mine.parameters().Zip(gradients),
            pair => Assert.True(pair.First.grad!.allclose(pair.Second, 1e-5, 1e-6))
        );
    }

    [Fact]
    public void Batches_smaller_than_the_devices_and_evaluation_work()
    {
        using Mixed mine = new();
        TrainingCase.SetWeights(mine, 1);
        using Generator random = new(2);
        using DataParallel parallel = new(mine, Devices(4));
        foreach (int size in new[] { 1, 2, 3, 5 })
        {
            Tensor input = randn([size, 3], generator: random);
            Assert.True(parallel.call(input).allclose(mine.call(input), 1e-5, 1e-6));
            using IDisposable off = no_grad();
            Assert.False(parallel.call(input).requires_grad);
        }

        parallel.eval();
        Assert.False(mine.training);
    }

    [Fact]
    public void What_cannot_be_copied_is_named_and_a_factory_helps()
    {
        Device[] devices = Devices(2);
        using DataParallel bound = new(new Bound(), devices);
        Assert.Contains("Bound._run", Assert.Throws<NotSupportedException>(() => bound.call(ones(4, 3))).Message);
        Sequential embedding = nn.Sequential(nn.Embedding(5, 2));
        using DataParallel native = new(embedding, devices);
        Assert.Contains("Embedding", Assert.Throws<NotSupportedException>(() => native.call(zeros(4, int64))).Message);
        using DataParallel helped = new(embedding, devices, () => nn.Sequential(nn.Embedding(5, 2)));
        Tensor numbers = tensor(new long[] { 0, 1, 2, 1 });
        Assert.True(helped.call(numbers).allclose(embedding.call(numbers)));
        using DataParallel wrong = new(embedding, devices, () => nn.Sequential(nn.Embedding(6, 2)));
        Assert.Contains("0.weight [6, 2]", Assert.Throws<InvalidOperationException>(() => wrong.call(numbers)).Message);
    }

    [Fact]
    public void An_exception_of_a_replica_comes_out_and_a_second_backward_is_refused()
    {
        using DataParallel parallel = new(new Mixed(), Devices(2));
        Assert.ThrowsAny<ExternalException>(() => parallel.call(ones(4, 5)));
        Tensor loss = parallel.call(ones(4, 3)).sum();
        loss.backward(retain_graph: true);
        if (Pth.Distributed.Gradients.NativeAutograd.IsAvailable)
        {
            Assert.Contains("second backward", Assert.ThrowsAny<ExternalException>(() => loss.backward()).Message);
        }

        Assert.Throws<InvalidOperationException>(() => parallel.call(ones(4, 3)));
    }
}
