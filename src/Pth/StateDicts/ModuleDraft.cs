namespace Pth.StateDicts;

/// <summary>A module of which only the path and the tensors are known, while the names are still being read.</summary>
internal sealed class ModuleDraft(string name, string path)
{
    private List<ModuleDraft>? _children;
    private ModuleTensor[] _tensors = [];
    private int _tensorCount;

    public string Name { get; } = name;

    public string Path { get; } = path;

    public ModuleDraft? Parent { get; init; }

    public IReadOnlyList<ModuleDraft> Children => _children ?? (IReadOnlyList<ModuleDraft>)[];

    public long? Version { get; set; }

    /// <summary>Whether neither the module nor any in it has a tensor.</summary>
    public bool IsSilent { get; private set; }

    public void AddChild(ModuleDraft child) => (_children ??= []).Add(child);

    public void AddTensor(ModuleTensor tensor)
    {
        if (_tensorCount == _tensors.Length)
        {
            Array.Resize(ref _tensors, Math.Max(1, _tensorCount * 2));
        }
        _tensors[_tensorCount] = tensor;
        _tensorCount++;
    }

    /// <summary>The module's own tensors, when all are there.</summary>
    public ModuleTensor[] TakeTensors()
    {
        Array.Resize(ref _tensors, _tensorCount);
        return _tensors;
    }

    public void FindSilent()
    {
        bool silent = _tensorCount == 0;
        foreach (ModuleDraft child in Children)
        {
            child.FindSilent();
            silent &= child.IsSilent;
        }
        IsSilent = silent;
    }
}
