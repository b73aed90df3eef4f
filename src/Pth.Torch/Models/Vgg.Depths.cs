namespace Pth.Torch.Models;

public sealed partial class Vgg
{
    // Output channels in units of the width, by the paper's letters.
    private static readonly int[] ConfigurationA =
    [
        1,
        MaxPool,
        2,
        MaxPool,
        4,
        4,
        MaxPool,
        8,
        8,
        MaxPool,
        8,
        8,
        MaxPool,
    ];
    private static readonly int[] ConfigurationB =
    [
        1,
        1,
        MaxPool,
        2,
        2,
        MaxPool,
        4,
        4,
        MaxPool,
        8,
        8,
        MaxPool,
        8,
        8,
        MaxPool,
    ];
    private static readonly int[] ConfigurationD =
    [
        1,
        1,
        MaxPool,
        2,
        2,
        MaxPool,
        4,
        4,
        4,
        MaxPool,
        8,
        8,
        8,
        MaxPool,
        8,
        8,
        8,
        MaxPool,
    ];
    private static readonly int[] ConfigurationE =
    [
        1,
        1,
        MaxPool,
        2,
        2,
        MaxPool,
        4,
        4,
        4,
        4,
        MaxPool,
        8,
        8,
        8,
        8,
        MaxPool,
        8,
        8,
        8,
        8,
        MaxPool,
    ];

    /// <summary>VGG11: <c>vgg11</c> of torchvision.</summary>
    /// <param name="classes">How many logits it gives.</param>
    /// <param name="layout">What follows the convolutions.</param>
    /// <param name="width">The output channels of the first convolution; all others follow from it. 64 is the real one.</param>
    /// <param name="dropout">How much the classifier of <see cref="VggLayout.TorchVision"/> drops in training.</param>
    /// <param name="initialize">False leaves TorchSharp's first weights, which is quicker before a checkpoint is loaded.</param>
    public static Vgg Vgg11(
        int classes = 1000,
        VggLayout layout = VggLayout.TorchVision,
        int width = 64,
        double dropout = 0.5,
        bool initialize = true
    ) => Make(ConfigurationA, batchNorm: false, classes, layout, width, dropout, initialize);

    /// <summary>VGG11 with batch norm: <c>vgg11_bn</c> of torchvision.</summary>
    /// <param name="classes">How many logits it gives.</param>
    /// <param name="layout">What follows the convolutions.</param>
    /// <param name="width">The output channels of the first convolution; all others follow from it. 64 is the real one.</param>
    /// <param name="dropout">How much the classifier of <see cref="VggLayout.TorchVision"/> drops in training.</param>
    /// <param name="initialize">False leaves TorchSharp's first weights, which is quicker before a checkpoint is loaded.</param>
    public static Vgg Vgg11Bn(
        int classes = 1000,
        VggLayout layout = VggLayout.TorchVision,
        int width = 64,
        double dropout = 0.5,
        bool initialize = true
    ) => Make(ConfigurationA, batchNorm: true, classes, layout, width, dropout, initialize);

    /// <summary>VGG13: <c>vgg13</c> of torchvision.</summary>
    /// <param name="classes">How many logits it gives.</param>
    /// <param name="layout">What follows the convolutions.</param>
    /// <param name="width">The output channels of the first convolution; all others follow from it. 64 is the real one.</param>
    /// <param name="dropout">How much the classifier of <see cref="VggLayout.TorchVision"/> drops in training.</param>
    /// <param name="initialize">False leaves TorchSharp's first weights, which is quicker before a checkpoint is loaded.</param>
    public static Vgg Vgg13(
        int classes = 1000,
        VggLayout layout = VggLayout.TorchVision,
        int width = 64,
        double dropout = 0.5,
        bool initialize = true
    ) => Make(ConfigurationB, batchNorm: false, classes, layout, width, dropout, initialize);

    /// <summary>VGG13 with batch norm: <c>vgg13_bn</c> of torchvision.</summary>
    /// <param name="classes">How many logits it gives.</param>
    /// <param name="layout">What follows the convolutions.</param>
    /// <param name="width">The output channels of the first convolution; all others follow from it. 64 is the real one.</param>
    /// <param name="dropout">How much the classifier of <see cref="VggLayout.TorchVision"/> drops in training.</param>
    /// <param name="initialize">False leaves TorchSharp's first weights, which is quicker before a checkpoint is loaded.</param>
    public static Vgg Vgg13Bn(
        int classes = 1000,
        VggLayout layout = VggLayout.TorchVision,
        int width = 64,
        double dropout = 0.5,
        bool initialize = true
    ) => Make(ConfigurationB, batchNorm: true, classes, layout, width, dropout, initialize);

    /// <summary>VGG16: <c>vgg16</c> of torchvision.</summary>
    /// <param name="classes">How many logits it gives.</param>
    /// <param name="layout">What follows the convolutions.</param>
    /// <param name="width">The output channels of the first convolution; all others follow from it. 64 is the real one.</param>
    /// <param name="dropout">How much the classifier of <see cref="VggLayout.TorchVision"/> drops in training.</param>
    /// <param name="initialize">False leaves TorchSharp's first weights, which is quicker before a checkpoint is loaded.</param>
    public static Vgg Vgg16(
        int classes = 1000,
        VggLayout layout = VggLayout.TorchVision,
        int width = 64,
        double dropout = 0.5,
        bool initialize = true
    ) => Make(ConfigurationD, batchNorm: false, classes, layout, width, dropout, initialize);

    /// <summary>VGG16 with batch norm: <c>vgg16_bn</c> of torchvision.</summary>
    /// <param name="classes">How many logits it gives.</param>
    /// <param name="layout">What follows the convolutions.</param>
    /// <param name="width">The output channels of the first convolution; all others follow from it. 64 is the real one.</param>
    /// <param name="dropout">How much the classifier of <see cref="VggLayout.TorchVision"/> drops in training.</param>
    /// <param name="initialize">False leaves TorchSharp's first weights, which is quicker before a checkpoint is loaded.</param>
    public static Vgg Vgg16Bn(
        int classes = 1000,
        VggLayout layout = VggLayout.TorchVision,
        int width = 64,
        double dropout = 0.5,
        bool initialize = true
    ) => Make(ConfigurationD, batchNorm: true, classes, layout, width, dropout, initialize);

    /// <summary>VGG19: <c>vgg19</c> of torchvision.</summary>
    /// <param name="classes">How many logits it gives.</param>
    /// <param name="layout">What follows the convolutions.</param>
    /// <param name="width">The output channels of the first convolution; all others follow from it. 64 is the real one.</param>
    /// <param name="dropout">How much the classifier of <see cref="VggLayout.TorchVision"/> drops in training.</param>
    /// <param name="initialize">False leaves TorchSharp's first weights, which is quicker before a checkpoint is loaded.</param>
    public static Vgg Vgg19(
        int classes = 1000,
        VggLayout layout = VggLayout.TorchVision,
        int width = 64,
        double dropout = 0.5,
        bool initialize = true
    ) => Make(ConfigurationE, batchNorm: false, classes, layout, width, dropout, initialize);

    /// <summary>VGG19 with batch norm: <c>vgg19_bn</c> of torchvision.</summary>
    /// <param name="classes">How many logits it gives.</param>
    /// <param name="layout">What follows the convolutions.</param>
    /// <param name="width">The output channels of the first convolution; all others follow from it. 64 is the real one.</param>
    /// <param name="dropout">How much the classifier of <see cref="VggLayout.TorchVision"/> drops in training.</param>
    /// <param name="initialize">False leaves TorchSharp's first weights, which is quicker before a checkpoint is loaded.</param>
    public static Vgg Vgg19Bn(
        int classes = 1000,
        VggLayout layout = VggLayout.TorchVision,
        int width = 64,
        double dropout = 0.5,
        bool initialize = true
    ) => Make(ConfigurationE, batchNorm: true, classes, layout, width, dropout, initialize);

    private static Vgg Make(
        int[] configuration,
        bool batchNorm,
        int classes,
        VggLayout layout,
        int width,
        double dropout,
        bool initialize
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        // 4096 of the hidden layers is 64 times the width of the real one.
        return new(
            [.. configuration.Select(n => n * width)],
            batchNorm,
            classes,
            layout,
            64 * width,
            dropout,
            initialize
        );
    }
}
