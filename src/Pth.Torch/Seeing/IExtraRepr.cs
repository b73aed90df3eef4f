using static TorchSharp.torch.nn;

namespace Pth.Torch;

/// <summary>A module that adds to what <c>Repr</c> prints of it: Python's <c>extra_repr</c>.</summary>
public interface IExtraRepr
{
    /// <summary>What stands between the parentheses after its name, say <c>in_features=3, out_features=4</c>; empty for nothing.
    /// Several lines stand above the children.</summary>
    string ExtraRepr { get; }

    /// <summary>
    /// What stands between the parentheses of one of its children, where TorchSharp has lost how an argument was written: it does
    /// not tell <c>MaxPool2d(2)</c> from <c>MaxPool2d((2, 2))</c>. Null, as by default, for what TorchSharp has.
    /// </summary>
    /// <param name="childName">The child's name in this module.</param>
    /// <param name="child">The child.</param>
    string? ExtraReprOf(string childName, Module child) => null;
}
