namespace Pth.Tests.Oracles;

/// <summary>A folder that both the tests and a PyTorch in its own root folder see. Gone when disposed.</summary>
public sealed class SharedFolder : IDisposable
{
    private readonly string _root;

    /// <param name="root">The root folder that Python runs in; empty where it runs in ours.</param>
    internal SharedFolder(string root)
    {
        _root = root;
        string parent = root.Length == 0 ? System.IO.Path.GetTempPath() : System.IO.Path.Combine(root, "tmp");
        Path = System.IO.Path.Combine(parent, $"pth-live-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path);
    }

    /// <summary>The folder as we see it.</summary>
    public string Path { get; }

    /// <summary>A file in it as we see it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>A file in it as Python sees it.</summary>
    public string ForPython(string name) => $"{Path[_root.Length..]}/{name}";

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
