using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Pth.Torch.Models;

/// <summary>Two convolutions of 3 x 3, and the input added: the block of ResNet-18 and 34.</summary>
internal sealed class BasicBlock : Module<Tensor, Tensor>, IResidualBlock
{
    [ComponentName(Name = "conv1")]
    private readonly Conv2d _conv1;

    [ComponentName(Name = "bn1")]
    private readonly BatchNorm2d _bn1;

    [ComponentName(Name = "relu")]
    private readonly ReLU _relu;

    [ComponentName(Name = "conv2")]
    private readonly Conv2d _conv2;

    [ComponentName(Name = "bn2")]
    private readonly BatchNorm2d _bn2;

    [ComponentName(Name = "downsample")]
    private readonly Sequential? _downsample;

    public BasicBlock(int input, int width, int stride, Sequential? downsample)
        : base("BasicBlock")
    {
        _conv1 = Conv2d(input, width, 3, stride, padding: 1, bias: false);
        _bn1 = BatchNorm2d(width);
        _relu = ReLU(inplace: true);
        _conv2 = Conv2d(width, width, 3, padding: 1, bias: false);
        _bn2 = BatchNorm2d(width);
        _downsample = downsample;
        RegisterComponents();
    }

    public BatchNorm2d LastNorm => _bn2;

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = _relu.call(_bn1.call(_conv1.call(input)));
        x = _bn2.call(_conv2.call(x));
        x = x.add_(_downsample is null ? input : _downsample.call(input));
        return _relu.call(x).MoveToOuterDisposeScope();
    }
}
