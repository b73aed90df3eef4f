namespace Pth.Benchmarks.Compare;

/// <summary>Pth and the PyTorch versions that are on this machine.</summary>
internal sealed class Contenders : IDisposable
{
    private readonly Dictionary<Contender, (string Python, string? Root)> _pythons = [];

    public Contenders(Settings settings, IReadOnlyList<string> versions)
    {
        Pth = Contender.Pth(Path.Combine(settings.Folder, "pth"));
        All.Add(Pth);
        if (
            versions.Contains("1.13.1", StringComparer.Ordinal)
            && File.Exists("/usr/bin/python3")
            && Directory.Exists("/usr/lib/python3/dist-packages/torch")
        )
        {
            Add("PyTorch 1.13.1", "/usr/bin/python3", root: null, Path.Combine(settings.Folder, "torch-1.13.1"));
        }
        foreach (string version in versions)
        {
            string root = Path.Combine(settings.Oracles, "torch-" + version);
            if (Directory.Exists(root))
            {
                Add("PyTorch " + version, "/usr/bin/python3", root, Path.Combine(root, "tmp", "pth-benchmark"));
            }
        }
    }

    public List<Contender> All { get; } = [];

    public Contender Pth { get; }

    /// <summary>The newest PyTorch: it makes the data.</summary>
    public Contender Newest => All[^1];

    /// <summary>A whole Python process, as <c>python -c</c>.</summary>
    public Measurement? Python(Contender contender, string script, params string[] arguments)
    {
        (string python, string? root) = _pythons[contender];
        if (
            script.Contains("mmap=True", StringComparison.Ordinal)
            && contender.Name.EndsWith("1.13.1", StringComparison.Ordinal)
        )
        {
            return null;
        }
        return TimedProcess.Run([.. PyTorch.Command(python, root), "-c", script, .. arguments]);
    }

    public void Dispose()
    {
        foreach (Contender contender in All)
        {
            contender.Dispose();
            Directory.Delete(contender.Folder, recursive: true);
        }
    }

    private void Add(string name, string python, string? root, string folder)
    {
        Contender contender = Contender.Torch(name, python, root, folder);
        All.Add(contender);
        _pythons.Add(contender, (python, root));
    }
}
