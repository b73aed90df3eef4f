namespace Pth.Torch;

/// <summary>Which PyTorch prints the module. The versions between two of these print as the older one.</summary>
public enum ReprStyle
{
    /// <summary>PyTorch 2.14, with <c>bias</c> in norms.</summary>
    Torch214,

    /// <summary>PyTorch 2.6: equal modules that follow one another in a <c>ModuleList</c> are printed once.</summary>
    Torch26,

    /// <summary>PyTorch 1.13: every module of a list is printed, and some strings have no quotes.</summary>
    Torch113,
}
