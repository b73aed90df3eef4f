namespace Pth.Torch;

/// <summary>A state does not fit an optimizer or a scheduler. Nothing was loaded.</summary>
/// <remarks>The message begins with PyTorch's, where PyTorch has one.</remarks>
public sealed class OptimizerStateException : InvalidOperationException
{
    internal OptimizerStateException(string message)
        : base(message) { }
}
