using static TorchSharp.torch;

namespace Pth.Torch.Modules;

/// <summary>A module where the walk met it. One module under two names is met twice, as PyTorch's <c>state_dict()</c> does.</summary>
internal sealed class WalkedModule
{
    public WalkedModule(string path, nn.Module module, string? hiddenClass = null)
    {
        Path = path;
        Module = module;
        HiddenClass = hiddenClass;
    }

    /// <summary>The names from the root, joined by dots; empty for the root itself.</summary>
    public string Path { get; }

    /// <summary>The last name of <see cref="Path"/>; empty for the root.</summary>
    public string LocalName => Path[(Path.LastIndexOf('.') + 1)..];

    /// <summary>The module; for a hidden one, the module of TorchSharp that hides it.</summary>
    public nn.Module Module { get; }

    /// <summary>
    /// PyTorch's class of a module that TorchSharp does not show, as it lies in native code: the <c>out_proj</c> of an attention, a
    /// layer of a transformer. Null for those that it shows.
    /// </summary>
    public string? HiddenClass { get; }

    /// <summary>The names from <see cref="Module"/> down to the one that it hides, joined by dots; empty for one that is not hidden.</summary>
    public string HiddenPath { get; private init; } = "";

    /// <summary>A module that this one, or the one that hides this one, hides.</summary>
    public WalkedModule Hidden(string localName, string kind) =>
        new(PathOf(localName), Module, kind)
        {
            HiddenPath = HiddenPath.Length == 0 ? localName : $"{HiddenPath}.{localName}",
        };

    /// <summary>Its own tensors, without those of its children: parameters, then buffers, each in the order of registration.</summary>
    public IReadOnlyList<ModuleEntry> Entries => _entries;

    /// <summary>Its children in the order of registration.</summary>
    public IReadOnlyList<WalkedModule> Children => _children;

    /// <summary>The module and all below it, each before its children.</summary>
    public IEnumerable<WalkedModule> SelfAndDescendants()
    {
        var open = new Stack<WalkedModule>([this]);
        while (open.TryPop(out WalkedModule? module))
        {
            yield return module;
            for (int i = module._children.Count - 1; i >= 0; i--)
            {
                open.Push(module._children[i]);
            }
        }
    }

    /// <summary>The path of something in this module.</summary>
    public string PathOf(string localName) => Path.Length == 0 ? localName : $"{Path}.{localName}";

    /// <summary>Adds a tensor, unless there is none: PyTorch leaves out what is <c>None</c>.</summary>
    internal void Add(string localName, ModuleEntryKind kind, Tensor? tensor)
    {
        if (tensor is { IsInvalid: false })
        {
            _entries.Add(new ModuleEntry(this, localName, kind, tensor));
        }
    }

    internal void Add(WalkedModule child) => _children.Add(child);

    private readonly List<ModuleEntry> _entries = [];
    private readonly List<WalkedModule> _children = [];
}
