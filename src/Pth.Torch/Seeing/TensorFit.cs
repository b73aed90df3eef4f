namespace Pth.Torch;

/// <summary>How a tensor of a module and one of a checkpoint go together.</summary>
public enum TensorFit
{
    /// <summary>Both have it, in the same shape.</summary>
    Match,

    /// <summary>The module has it, and the checkpoint has not.</summary>
    Missing,

    /// <summary>Both have it, in different shapes: it cannot be loaded.</summary>
    OtherShape,

    /// <summary>The checkpoint has it, and the module has no place for it.</summary>
    NotUsed,
}
