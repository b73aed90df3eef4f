namespace Pth;

/// <summary>What a <see cref="ModuleNode"/> is.</summary>
public enum ModuleNodeKind
{
    /// <summary>A module with tensors, or one that the file holds itself.</summary>
    Module,

    /// <summary>One or more modules without tensors: an activation, pooling, dropout. Known from a gap in the numbering or from the metadata.</summary>
    Silent,

    /// <summary>A child that is None.</summary>
    None,
}
