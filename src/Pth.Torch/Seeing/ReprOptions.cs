namespace Pth.Torch;

/// <summary>How a module is printed.</summary>
public sealed record ReprOptions
{
    /// <summary>Which PyTorch prints it.</summary>
    public ReprStyle Style { get; init; } = ReprStyle.Torch214;

    /// <summary>What is printed for arguments that TorchSharp cannot tell.</summary>
    public UnknownArguments UnknownArguments { get; init; } = UnknownArguments.Mark;

    /// <summary>Whether modules of a list that print the same are printed once; null for what <see cref="Style"/> does.</summary>
    public ModuleTreeFolding? Folding { get; init; }

    internal bool Folds =>
        (Folding ?? (Style == ReprStyle.Torch113 ? ModuleTreeFolding.Never : ModuleTreeFolding.ModuleLists))
        != ModuleTreeFolding.Never;

    internal bool FoldsAll => Folding == ModuleTreeFolding.Always;

    /// <summary>Whether libtorch is asked for what lies in native code; for tests of the systems where it cannot be.</summary>
    internal bool AsksNative { get; init; } = true;

    internal bool MarksUnknown => UnknownArguments == UnknownArguments.Mark;
}
