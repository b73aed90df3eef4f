namespace Pth;

/// <summary>The name of a Python class or function. Pth never resolves it to code.</summary>
/// <param name="module">Python 3's name of the module: <c>builtins</c> also where the file says <c>__builtin__</c>.</param>
/// <param name="name">The name in the module.</param>
public sealed class PyGlobal(string module, string name) : PyValue
{
    /// <summary>The module.</summary>
    public string Module { get; } = module;

    /// <summary>The name in the module.</summary>
    public string Name { get; } = name;

    /// <summary>Module and name, joined by a dot.</summary>
    public string FullName => $"{Module}.{Name}";

    /// <summary>The module and name as the file spells them, where writing the mapped names at protocol 2 would spell them otherwise.</summary>
    internal PyGlobal? Spelling { get; init; }

    /// <summary>The persistent id around the name, which in old files gives a module's class with its source. Null elsewhere.</summary>
    internal PyTuple? Reference { get; init; }

    /// <summary>Whether it is this name.</summary>
    public bool Is(string module, string name) =>
        string.Equals(Name, name, StringComparison.Ordinal) && string.Equals(Module, module, StringComparison.Ordinal);

    /// <inheritdoc />
    public override string Describe() => FullName;
}
