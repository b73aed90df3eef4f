namespace Pth;

/// <summary>Which numbered modules that follow one another and look the same are shown once.</summary>
public enum ModuleTreeFolding
{
    /// <summary>All.</summary>
    Always,

    /// <summary>Those in a <c>ModuleList</c>, as PyTorch prints it since 2.0.</summary>
    ModuleLists,

    /// <summary>None.</summary>
    Never,
}
