using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Pth.Torch.Models;

/// <summary>The weights that torchvision begins training with, drawn in its order, so that a seed gives the same.</summary>
internal static class FirstWeights
{
    /// <summary>Convolutions by He's rule for their outputs, linear layers from N(0, 0.01), biases zero, norms one and zero.</summary>
    public static void Vgg(Module module)
    {
        foreach (Module part in module.modules())
        {
            switch (part)
            {
                case Conv2d convolution:
                    Convolution(convolution);
                    break;
                case BatchNorm2d norm:
                    Norm(norm);
                    break;
                case Linear linear:
                    init.normal_(linear.weight, 0, 0.01);
                    init.constant_(linear.bias, 0);
                    break;
            }
        }
    }

    /// <summary>The same for convolutions and norms; linear layers stay as PyTorch makes them.</summary>
    /// <param name="module">The network.</param>
    /// <param name="zeroLastNorms">Whether each block begins as the identity: its last norm has weight zero.</param>
    public static void ResNet(Module module, bool zeroLastNorms)
    {
        foreach (Module part in module.modules())
        {
            switch (part)
            {
                case Conv2d convolution:
                    Convolution(convolution);
                    break;
                case BatchNorm2d norm:
                    Norm(norm);
                    break;
            }
        }
        if (zeroLastNorms)
        {
            foreach (IResidualBlock block in module.modules().OfType<IResidualBlock>())
            {
                init.constant_(block.LastNorm.weight, 0);
            }
        }
    }

    private static void Convolution(Conv2d convolution)
    {
        init.kaiming_normal_(convolution.weight, 0, init.FanInOut.FanOut, init.NonlinearityType.ReLU);
        if (convolution.bias is not null)
        {
            init.constant_(convolution.bias, 0);
        }
    }

    private static void Norm(BatchNorm2d norm)
    {
        init.constant_(norm.weight, 1);
        init.constant_(norm.bias, 0);
    }
}
