namespace Pth.Torch.Models;

public sealed partial class ResNet
{
    /// <summary>ResNet-18: <c>resnet18</c> of torchvision.</summary>
    /// <param name="classes">How many logits it gives.</param>
    /// <param name="width">The channels of the first stage; the others double it. 64 is the real one.</param>
    /// <param name="initialize">False leaves TorchSharp's first weights, which is quicker before a checkpoint is loaded.</param>
    public static ResNet ResNet18(int classes = 1000, int width = 64, bool initialize = true) =>
        new([2, 2, 2, 2], bottleneck: false, classes, width, initialize: initialize);

    /// <summary>ResNet-34: <c>resnet34</c> of torchvision.</summary>
    /// <param name="classes">How many logits it gives.</param>
    /// <param name="width">The channels of the first stage; the others double it. 64 is the real one.</param>
    /// <param name="initialize">False leaves TorchSharp's first weights, which is quicker before a checkpoint is loaded.</param>
    public static ResNet ResNet34(int classes = 1000, int width = 64, bool initialize = true) =>
        new([3, 4, 6, 3], bottleneck: false, classes, width, initialize: initialize);

    /// <summary>ResNet-50: <c>resnet50</c> of torchvision.</summary>
    /// <param name="classes">How many logits it gives.</param>
    /// <param name="width">The channels of the first stage; the others double it. 64 is the real one.</param>
    /// <param name="initialize">False leaves TorchSharp's first weights, which is quicker before a checkpoint is loaded.</param>
    public static ResNet ResNet50(int classes = 1000, int width = 64, bool initialize = true) =>
        new([3, 4, 6, 3], bottleneck: true, classes, width, initialize: initialize);

    /// <summary>ResNet-101: <c>resnet101</c> of torchvision.</summary>
    /// <param name="classes">How many logits it gives.</param>
    /// <param name="width">The channels of the first stage; the others double it. 64 is the real one.</param>
    /// <param name="initialize">False leaves TorchSharp's first weights, which is quicker before a checkpoint is loaded.</param>
    public static ResNet ResNet101(int classes = 1000, int width = 64, bool initialize = true) =>
        new([3, 4, 23, 3], bottleneck: true, classes, width, initialize: initialize);

    /// <summary>ResNet-152: <c>resnet152</c> of torchvision.</summary>
    /// <param name="classes">How many logits it gives.</param>
    /// <param name="width">The channels of the first stage; the others double it. 64 is the real one.</param>
    /// <param name="initialize">False leaves TorchSharp's first weights, which is quicker before a checkpoint is loaded.</param>
    public static ResNet ResNet152(int classes = 1000, int width = 64, bool initialize = true) =>
        new([3, 8, 36, 3], bottleneck: true, classes, width, initialize: initialize);
}
