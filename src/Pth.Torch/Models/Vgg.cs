using Pth.Torch.Modules;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Pth.Torch.Models;

/// <summary>
/// VGG (Simonyan and Zisserman, 2014). Takes images [N, 3, H, W] and gives logits [N, classes]. The names of its tensors, their
/// order and its first weights are torchvision's.
/// </summary>
[PythonClass("VGG")]
public sealed partial class Vgg : Module<Tensor, Tensor>, IExtraRepr
{
    /// <summary>The entry in a list of channels that stands for a <c>MaxPool2d(2, 2)</c>.</summary>
    public const int MaxPool = 0;

    [ComponentName(Name = "features")]
    private readonly Sequential _features;

    [ComponentName(Name = "avgpool")]
    private readonly AdaptiveAvgPool2d? _avgpool;

    [ComponentName(Name = "classifier")]
    private Module<Tensor, Tensor> _classifier;

    /// <summary>Makes one of any depth and width.</summary>
    /// <param name="channels">The output channels of each convolution, with <see cref="MaxPool"/> where the image is halved.</param>
    /// <param name="batchNorm">Whether each convolution is followed by a <c>BatchNorm2d</c>.</param>
    /// <param name="classes">How many logits it gives.</param>
    /// <param name="layout">What follows the convolutions.</param>
    /// <param name="hidden">The width of the two hidden linear layers of <see cref="VggLayout.TorchVision"/>.</param>
    /// <param name="dropout">How much those layers drop in training.</param>
    /// <param name="initialize">False leaves TorchSharp's first weights, which is quicker before a checkpoint is loaded.</param>
    /// <exception cref="ArgumentException">No convolution, or a number that is below one.</exception>
    public Vgg(
        IReadOnlyList<int> channels,
        bool batchNorm = false,
        int classes = 1000,
        VggLayout layout = VggLayout.TorchVision,
        int hidden = 4096,
        double dropout = 0.5,
        bool initialize = true
    )
        : base("VGG")
    {
        ArgumentNullException.ThrowIfNull(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hidden);
        int last = channels.LastOrDefault(width => width != MaxPool);
        if (last == 0 || channels.Any(int.IsNegative))
        {
            throw new ArgumentException(
                $"found channels [{string.Join(", ", channels)}], expected numbers from 1 on and {MaxPool} for max pooling",
                nameof(channels)
            );
        }

        _features = Sequential(Features(channels, batchNorm, layout));
        if (layout == VggLayout.Cifar)
        {
            _classifier = Linear(last, classes);
        }
        else
        {
            _avgpool = AdaptiveAvgPool2d((7, 7));
            _classifier = Sequential(
                Linear(last * 7 * 7, hidden),
                ReLU(inplace: true),
                Dropout(dropout),
                Linear(hidden, hidden),
                ReLU(inplace: true),
                Dropout(dropout),
                Linear(hidden, classes)
            );
        }
        RegisterComponents();
        if (initialize)
        {
            FirstWeights.Vgg(this);
        }
    }

    /// <summary>The convolutions.</summary>
    public Sequential FeatureLayers => _features;

    /// <summary>
    /// What makes logits of features. Another one may be put in its place, say to train for other classes; the old one is not
    /// disposed.
    /// </summary>
    public Module<Tensor, Tensor> Classifier
    {
        get => _classifier;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            register_module("classifier", null!); // takes the old one out
            register_module("classifier", value);
            _classifier = value;
        }
    }

    string IExtraRepr.ExtraRepr => "";

    // As torchvision writes it: TorchSharp does not keep that two equal numbers were given.
    string? IExtraRepr.ExtraReprOf(string childName, nn.Module child) =>
        child is AdaptiveAvgPool2d ? "output_size=(7, 7)" : null;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor features = _features.call(input);
        if (_avgpool is not null)
        {
            features = _avgpool.call(features);
        }
        return _classifier.call(features.flatten(1)).MoveToOuterDisposeScope();
    }

    private static List<Module<Tensor, Tensor>> Features(IReadOnlyList<int> channels, bool batchNorm, VggLayout layout)
    {
        var layers = new List<Module<Tensor, Tensor>>();
        int input = 3;
        foreach (int width in channels)
        {
            if (width == MaxPool)
            {
                layers.Add(MaxPool2d(2, 2));
                continue;
            }
            layers.Add(Conv2d(input, width, 3, padding: 1));
            if (batchNorm)
            {
                layers.Add(BatchNorm2d(width));
            }
            layers.Add(ReLU(inplace: true));
            input = width;
        }
        if (layout == VggLayout.Cifar)
        {
            layers.Add(AvgPool2d(1, 1));
        }
        return layers;
    }
}
