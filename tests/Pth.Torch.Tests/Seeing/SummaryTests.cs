using Pth.Tests;
using Pth.Torch.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Pth.Torch.Tests.Seeing;

/// <summary>The figures of torchinfo 1.8.0 for torchvision's models, batch 1 of 224 x 224, are well known.</summary>
public sealed class SummaryTests
{
    [Fact]
    public void VGG16_has_the_figures_of_torchinfo()
    {
        using Vgg net = Vgg.Vgg16(initialize: false);

        ModuleSummary summary = net.Summary([1, 3, 224, 224]);

        Assert.Equal(138_357_544, summary.Parameters);
        Assert.Equal(138_357_544, summary.TrainableParameters);
        Assert.Equal(15.48, Math.Round(summary.MultiplyAdds / 1e9, 2));
        Assert.Equal(0.60, Math.Round(summary.InputBytes / 1e6, 2));
        Assert.Equal(108.45, Math.Round(summary.ForwardBackwardBytes / 1e6, 2));
        Assert.Equal(553.43, Math.Round(summary.ParameterBytes / 1e6, 2));
        Assert.Equal(662.49, Math.Round(summary.TotalBytes / 1e6, 2));
        Assert.Equal([1, 512, 7, 7], summary.Rows.Single(row => row.Path == "features").OutputShapes[0]);
        Assert.Empty(summary.NotCounted);
    }

    [Fact]
    public void ResNet50_has_the_figures_of_torchinfo()
    {
        using ResNet net = ResNet.ResNet50(initialize: false);

        ModuleSummary summary = net.Summary([1, 3, 224, 224]);

        Assert.Equal(25_557_032, summary.Parameters);
        Assert.Equal(4.09, Math.Round(summary.MultiplyAdds / 1e9, 2));
        Assert.Equal(177.83, Math.Round(summary.ForwardBackwardBytes / 1e6, 2));
        Assert.Equal(102.23, Math.Round(summary.ParameterBytes / 1e6, 2));
        Assert.Contains("\nmultiply-adds  4.09 G\n", summary.ToString());
    }

    [Fact]
    public void Each_layer_has_its_row()
    {
        using Sequential net = Sequential(
            ("conv", Conv2d(3, 4, 3, bias: false)),
            ("act", ReLU()),
            ("flat", Flatten()),
            ("head", Linear(4 * 36, 5))
        );
        net.parameters().First().requires_grad = false;

        ModuleSummary summary = net.Summary([2, 3, 8, 8]);

        Assert.Equal(
            """
            layer            output        parameters  multiply-adds
            Sequential       [2, 5]
              conv: Conv2d   [2, 4, 6, 6]         108          7,776
              act: ReLU      [2, 4, 6, 6]
              flat: Flatten  [2, 144]
              head: Linear   [2, 5]               725          1,450

            parameters     833, of which 725 are trained
            multiply-adds  9,226
            memory         0.01 MB: input 0.00 MB, forward and backward 0.00 MB, parameters 0.00 MB
            """,
            summary.ToString()
        );
        Assert.Contains($"\n{summary}\n", File.ReadAllText(Path.Combine(Repository.Root, "docs", "torchsharp.md")));
        Assert.Equal(4 * 2 * ((2 * 4 * 36) + (2 * 5)), summary.ForwardBackwardBytes);
    }

    [Fact]
    public void The_module_is_left_as_it_was()
    {
        using BatchNorm1d norm = BatchNorm1d(3);
        using Dropout dropout = Dropout();
        using Sequential net = Sequential(norm, dropout);
        net.train();
        norm.eval();

        net.Summary([4, 3]);

        Assert.True(net.training);
        Assert.False(norm.training);
        Assert.True(dropout.training);
        using Tensor tracked = norm.num_batches_tracked!;
        Assert.Equal(0, tracked.item<long>());
        Assert.All(net.parameters(), parameter => Assert.Null(parameter.grad));
    }

    [Fact]
    public void What_is_not_called_is_not_counted_and_said()
    {
        using var net = new Hiding();

        ModuleSummary summary = net.Summary([2, 4]);

        Assert.Equal(["hidden"], summary.NotCounted);
        Assert.Equal(2 * 2 * 20, summary.MultiplyAdds);
        Assert.Contains("multiply-adds  80, without hidden\n", summary.ToString());
        // Called twice, under two names.
        Assert.Equal(2, summary.Rows.Single(row => row.Path == "shown").Calls);
    }

    [Fact]
    public void An_input_that_the_module_does_not_take_leaves_it_as_it_was()
    {
        using Linear layer = Linear(3, 4);
        using Sequential net = Sequential(layer, ReLU());

        Assert.ThrowsAny<System.Runtime.InteropServices.ExternalException>(() => net.Summary([2, 5]));

        Assert.True(layer.training);
        Assert.Equal(2 * 16, net.Summary([2, 3]).MultiplyAdds);
    }

    [Fact]
    public void A_module_of_two_inputs_and_two_results_is_called_by_the_program()
    {
        using var net = new Pair();
        using Tensor left = zeros(2, 4);
        using Tensor right = zeros(2, 3);

        ModuleSummary summary = net.Summary(() => net.call(left, right), left, right);

        Assert.Equal(4 * ((2 * 4) + (2 * 3)), summary.InputBytes);
        Assert.Equal(
            [
                [2, 5],
                [2, 5],
            ],
            summary.Rows[0].OutputShapes.Select(shape => shape.ToArray())
        );
        Assert.Equal(
            [
                [2, 5],
            ],
            summary.Rows.Single(row => row.Path == "mix").OutputShapes.Select(shape => shape.ToArray())
        );
        Assert.Equal(2 * (25 + 65), summary.MultiplyAdds);
        Assert.Equal(4 * 2 * (10 + 10), summary.ForwardBackwardBytes);
        Assert.Empty(summary.NotCounted);
        Assert.True(net.training);
    }

    [Fact]
    public void Recurrent_layers_take_each_step_of_each_sequence()
    {
        using LSTM lstm = LSTM(3, 4, batchFirst: true);
        using GRU gru = GRU(3, 4, batchFirst: true);
        using RNN rnn = RNN(3, 4, batchFirst: true);
        using Tensor input = zeros(2, 5, 3);

        ModuleSummary[] summaries =
        [
            lstm.Summary(() => lstm.call(input), input),
            gru.Summary(() => gru.call(input), input),
            rnn.Summary(() => rnn.call(input), input),
        ];

        Assert.Equal(
            [
                [2, 5, 4],
                [1, 2, 4],
                [1, 2, 4],
            ],
            summaries[0].Rows[0].OutputShapes.Select(shape => shape.ToArray())
        );
        Assert.Equal(
            [
                [2, 5, 4],
                [1, 2, 4],
            ],
            summaries[1].Rows[0].OutputShapes.Select(shape => shape.ToArray())
        );
        // Weights of 3 and 4, two biases, for each gate and each of 4 outputs; 2 sequences of 5 steps.
        Assert.Equal([4 * 4 * 9 * 10, 3 * 4 * 9 * 10, 4 * 9 * 10], summaries.Select(summary => summary.MultiplyAdds));
        Assert.All(summaries, summary => Assert.Equal(4 * 30, summary.InputBytes));
    }

    private sealed class Pair : Module<Tensor, Tensor, (Tensor, Tensor)>
    {
        public readonly Linear first = Linear(4, 5);
        public readonly Bilinear mix = Bilinear(4, 3, 5);

        public Pair()
            : base("Pair") => RegisterComponents();

        public override (Tensor, Tensor) forward(Tensor left, Tensor right) =>
            (first.call(left), mix.call(left, right));
    }

    private sealed class Hiding : Module<Tensor, Tensor>
    {
        public readonly Linear hidden = Linear(4, 4);
        public readonly Linear shown = Linear(4, 4);
        public readonly Linear again;

        public Hiding()
            : base("Hiding")
        {
            again = shown;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => again.call(shown.call(hidden.forward(input)));
    }
}
