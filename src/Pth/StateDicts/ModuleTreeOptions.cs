namespace Pth;

/// <summary>How a <see cref="ModuleTree"/> is shown.</summary>
public sealed record ModuleTreeOptions
{
    /// <summary>Which repeated modules are shown once: <c>(0-11): 12 x Block(</c>.</summary>
    public ModuleTreeFolding Folding { get; init; } = ModuleTreeFolding.Always;

    /// <summary>Whether the keys and shapes stand beside each line.</summary>
    public bool ShowKeys { get; init; } = true;
}
