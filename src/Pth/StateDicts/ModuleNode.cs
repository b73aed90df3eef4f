namespace Pth;

/// <summary>A line of a <see cref="ModuleTree"/>: a module, or a place where the numbering or the metadata says that one without tensors is.</summary>
public sealed class ModuleNode
{
    internal const string UnknownClass = "Module";

    internal ModuleNode(string name, string path, ModuleNodeKind kind)
    {
        Name = name;
        Path = path;
        Kind = kind;
    }

    /// <summary>The last part of the path: <c>0</c>; for <see cref="ModuleNodeKind.Silent"/> also a range: <c>2-3</c>. Empty for the root.</summary>
    public string Name { get; }

    /// <summary>The path from the root, without a dot at the end: <c>features.0</c>. Empty for the root.</summary>
    public string Path { get; }

    /// <summary>What it is.</summary>
    public ModuleNodeKind Kind { get; }

    /// <summary>
    /// The class: PyTorch's or the author's own where the file holds the module itself; else what names and shapes tell,
    /// such as <c>Conv2d</c> or <c>LayerNorm or GroupNorm</c>, and <c>Module</c> where they tell nothing.
    /// </summary>
    public string ClassName { get; internal set; } = UnknownClass;

    /// <summary>The arguments as PyTorch prints them, as far as they are known: <c>3, 64, kernel_size=(3, 3)</c></summary>
    public string Arguments { get; internal set; } = "";

    /// <summary>Whether the file names the class; false where it was inferred.</summary>
    public bool IsExact { get; internal init; }

    /// <summary>The module's own tensors.</summary>
    public IReadOnlyList<ModuleTensor> Tensors { get; internal set; } = [];

    /// <summary>What is inside, in order.</summary>
    public IReadOnlyList<ModuleNode> Children { get; internal set; } = [];

    // Two nodes of one number look the same when printed without their paths.
    internal int Signature { get; set; }
}
