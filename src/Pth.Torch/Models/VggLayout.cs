namespace Pth.Torch.Models;

/// <summary>The two shapes of VGG that people have files of.</summary>
public enum VggLayout
{
    /// <summary>
    /// torchvision's: <c>features</c>, <c>avgpool</c> to 7 x 7, and a <c>classifier</c> of three linear layers (0, 3 and 6) with
    /// dropout between them. For images of 224 x 224; any size from 32 x 32 works.
    /// </summary>
    TorchVision,

    /// <summary>
    /// As CIFAR-10 is trained with: <c>features</c> ends with an <c>AvgPool2d(1, 1)</c>, and <c>classifier</c> is one linear layer.
    /// For images of 32 x 32.
    /// </summary>
    Cifar,
}
