namespace Pth;

/// <summary>What a <see cref="ModuleTreeSpan"/> is, so that it can be coloured.</summary>
public enum ModuleTreeRole
{
    /// <summary>Indentation, brackets, commas.</summary>
    Punctuation,

    /// <summary>A module's name in its parent.</summary>
    Name,

    /// <summary>How often a folded module is repeated: <c>12 x</c>.</summary>
    Count,

    /// <summary>A class.</summary>
    ClassName,

    /// <summary>Arguments of a class.</summary>
    Arguments,

    /// <summary>A key of the state dict.</summary>
    Key,

    /// <summary>A tensor's shape.</summary>
    Shape,

    /// <summary>The key of the tensor that this one is tied to.</summary>
    Tie,

    /// <summary>Text about what is not there.</summary>
    Note,
}
