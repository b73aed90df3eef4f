using Pth.Torch.Modules;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Pth.Torch.Models;

/// <summary>
/// ResNet (He and others, 2015), in the form of torchvision: the middle convolution of a bottleneck strides. Takes images
/// [N, 3, H, W] and gives logits [N, classes]. The names of its tensors, their order and its first weights are torchvision's.
/// </summary>
public sealed partial class ResNet : Module<Tensor, Tensor>, IExtraRepr
{
    [ComponentName(Name = "conv1")]
    private readonly Conv2d _conv1;

    [ComponentName(Name = "bn1")]
    private readonly BatchNorm2d _bn1;

    [ComponentName(Name = "relu")]
    private readonly ReLU _relu;

    [ComponentName(Name = "maxpool")]
    private readonly MaxPool2d _maxpool;

    [ComponentName(Name = "layer1")]
    private readonly Sequential _layer1;

    [ComponentName(Name = "layer2")]
    private readonly Sequential _layer2;

    [ComponentName(Name = "layer3")]
    private readonly Sequential _layer3;

    [ComponentName(Name = "layer4")]
    private readonly Sequential _layer4;

    [ComponentName(Name = "avgpool")]
    private readonly AdaptiveAvgPool2d _avgpool;

    [ComponentName(Name = "fc")]
    private Module<Tensor, Tensor> _fc;

    /// <summary>Makes one of any depth and width.</summary>
    /// <param name="blocks">The blocks of each of the four stages.</param>
    /// <param name="bottleneck">Whether a block has three convolutions, as from ResNet-50 on, or two.</param>
    /// <param name="classes">How many logits it gives.</param>
    /// <param name="width">The channels of the first stage; the others double it.</param>
    /// <param name="zeroLastNorms">Whether each block begins as the identity: <c>zero_init_residual</c> of torchvision.</param>
    /// <param name="initialize">False leaves TorchSharp's first weights, which is quicker before a checkpoint is loaded.</param>
    /// <exception cref="ArgumentException">Not four stages, or a number below one.</exception>
    public ResNet(
        IReadOnlyList<int> blocks,
        bool bottleneck,
        int classes = 1000,
        int width = 64,
        bool zeroLastNorms = false,
        bool initialize = true
    )
        : base("ResNet")
    {
        ArgumentNullException.ThrowIfNull(blocks);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (blocks.Count != 4 || blocks.Any(count => count < 1))
        {
            throw new ArgumentException(
                $"found blocks [{string.Join(", ", blocks)}], expected four numbers from 1 on",
                nameof(blocks)
            );
        }

        int channels = width;
        _conv1 = Conv2d(3, width, 7, stride: 2, padding: 3, bias: false);
        _bn1 = BatchNorm2d(width);
        _relu = ReLU(inplace: true);
        _maxpool = MaxPool2d(3, stride: 2, padding: 1);
        _layer1 = Stage(ref channels, width, blocks[0], stride: 1, bottleneck);
        _layer2 = Stage(ref channels, width * 2, blocks[1], stride: 2, bottleneck);
        _layer3 = Stage(ref channels, width * 4, blocks[2], stride: 2, bottleneck);
        _layer4 = Stage(ref channels, width * 8, blocks[3], stride: 2, bottleneck);
        _avgpool = AdaptiveAvgPool2d((1, 1));
        _fc = Linear(channels, classes);
        RegisterComponents();
        if (initialize)
        {
            FirstWeights.ResNet(this, zeroLastNorms);
        }
    }

    /// <summary>
    /// What makes logits of features, <c>fc</c>. Another one may be put in its place, say to train for other classes; the old one
    /// is not disposed.
    /// </summary>
    public Module<Tensor, Tensor> Classifier
    {
        get => _fc;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            register_module("fc", null!); // takes the old one out
            register_module("fc", value);
            _fc = value;
        }
    }

    string IExtraRepr.ExtraRepr => "";

    // As torchvision writes it: TorchSharp does not keep that two equal numbers were given.
    string? IExtraRepr.ExtraReprOf(string childName, nn.Module child) =>
        child is AdaptiveAvgPool2d ? "output_size=(1, 1)" : null;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = _maxpool.call(_relu.call(_bn1.call(_conv1.call(input))));
        x = _layer4.call(_layer3.call(_layer2.call(_layer1.call(x))));
        return _fc.call(_avgpool.call(x).flatten(1)).MoveToOuterDisposeScope();
    }

    private static Sequential Stage(ref int channels, int width, int blocks, int stride, bool bottleneck)
    {
        int output = bottleneck ? width * Bottleneck.Expansion : width;
        var stage = new List<Module<Tensor, Tensor>>();
        for (int i = 0; i < blocks; i++)
        {
            int step = i == 0 ? stride : 1;
            // Made before the block's own layers, as torchvision does: a seed gives the same weights.
            Sequential? downsample =
                step == 1 && channels == output
                    ? null
                    : Sequential(Conv2d(channels, output, 1, step, bias: false), BatchNorm2d(output));
            stage.Add(
                bottleneck
                    ? new Bottleneck(channels, width, step, downsample)
                    : new BasicBlock(channels, width, step, downsample)
            );
            channels = output;
        }
        return Sequential(stage);
    }
}
