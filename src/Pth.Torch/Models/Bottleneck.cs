using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Pth.Torch.Models;

/// <summary>Convolutions of 1 x 1, 3 x 3 (which strides, as in torchvision) and 1 x 1, and the input added: from ResNet-50 on.</summary>
internal sealed class Bottleneck : Module<Tensor, Tensor>, IResidualBlock
{
    /// <summary>Its output channels, in units of the width of the middle.</summary>
    public const int Expansion = 4;

    [ComponentName(Name = "conv1")]
    private readonly Conv2d _conv1;

    [ComponentName(Name = "bn1")]
    private readonly BatchNorm2d _bn1;

    [ComponentName(Name = "conv2")]
    private readonly Conv2d _conv2;

    [ComponentName(Name = "bn2")]
    private readonly BatchNorm2d _bn2;

    [ComponentName(Name = "conv3")]
    private readonly Conv2d _conv3;

    [ComponentName(Name = "bn3")]
    private readonly BatchNorm2d _bn3;

    [ComponentName(Name = "relu")]
    private readonly ReLU _relu;

    [ComponentName(Name = "downsample")]
    private readonly Sequential? _downsample;

    public Bottleneck(int input, int width, int stride, Sequential? downsample)
        : base("Bottleneck")
    {
        _conv1 = Conv2d(input, width, 1, bias: false);
        _bn1 = BatchNorm2d(width);
        _conv2 = Conv2d(width, width, 3, stride, padding: 1, bias: false);
        _bn2 = BatchNorm2d(width);
        _conv3 = Conv2d(width, width * Expansion, 1, bias: false);
        _bn3 = BatchNorm2d(width * Expansion);
        _relu = ReLU(inplace: true);
        _downsample = downsample;
        RegisterComponents();
    }

    public BatchNorm2d LastNorm => _bn3;

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = _relu.call(_bn1.call(_conv1.call(input)));
        x = _relu.call(_bn2.call(_conv2.call(x)));
        x = _bn3.call(_conv3.call(x));
        x = x.add_(_downsample is null ? input : _downsample.call(input));
        return _relu.call(x).MoveToOuterDisposeScope();
    }
}
