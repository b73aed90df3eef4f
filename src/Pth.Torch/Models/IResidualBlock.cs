using TorchSharp.Modules;

namespace Pth.Torch.Models;

/// <summary>A block of <see cref="ResNet"/>.</summary>
internal interface IResidualBlock
{
    /// <summary>The norm before the input is added.</summary>
    BatchNorm2d LastNorm { get; }
}
