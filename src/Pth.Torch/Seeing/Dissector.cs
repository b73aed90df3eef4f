using System.Collections.Immutable;
using Pth.StateDicts;
using Pth.Torch.Modules;

namespace Pth.Torch.Seeing;

/// <summary>Lays a state dict beside a module.</summary>
internal sealed class Dissector
{
    private readonly ModuleRepr _repr;
    private readonly WalkedModule _tree;
    private readonly IReadOnlyList<WrapperUse> _wrappers;

    // By the name without wrappers, on either side.
    private readonly Dictionary<string, (string Key, TensorView View)> _found = new(StringComparer.Ordinal);
    private readonly ILookup<string, (string Key, string Name, TensorView View)> _unusedByModule;
    private readonly string[] _unusedKeys;
    private readonly BoundRule _own;
    private readonly List<DissectionLine> _lines = [];

    public Dissector(WalkedModule tree, StateDict state, ReprOptions options)
    {
        _repr = new ModuleRepr(options);
        _tree = tree;
        WalkedModule[] modules = [.. tree.SelfAndDescendants()];
        string[] names =
        [
            .. modules
                .SelectMany(module => module.Entries)
                .Where(entry => entry.IsPersistent)
                .Select(entry => entry.Name),
        ];
        _own = RenameRule.Unwrap.Bind(names);
        BoundRule theirs = RenameRule.Unwrap.Bind(state.Keys);
        _wrappers = WrapperPrefixes.Detect(state.Keys);

        var wanted = names.Select(_own.Rename).ToHashSet(StringComparer.Ordinal);
        var unused = new List<(string Key, string Name, TensorView View)>();
        foreach ((string key, TensorView view) in state)
        {
            string bare = theirs.Rename(key);
            if (!wanted.Contains(bare) || !_found.TryAdd(bare, (key, view)))
            {
                unused.Add((key, bare, view));
            }
        }
        _unusedKeys = [.. unused.Select(tensor => tensor.Key)];

        var paths = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (WalkedModule module in modules)
        {
            // A wrapper and what it wraps come to one path: the tensors belong to the one within.
            paths[BarePathOf(module)] = module.Path;
        }
        _unusedByModule = unused.ToLookup(tensor => paths[NearestPath(tensor.Name, paths)], StringComparer.Ordinal);
    }

    public Dissection Run()
    {
        Add(_tree, parent: null, label: "", depth: 0);
        return new Dissection(_lines, _wrappers);
    }

    private void Add(WalkedModule module, WalkedModule? parent, string label, int depth)
    {
        string extra = _repr.ExtraOf(module, parent);
        string head = label + ModuleRepr.NameOf(module) + "(";
        bool isOneLine = module.Children.Count == 0 && !extra.Contains('\n', StringComparison.Ordinal);
        ImmutableArray<DissectedTensor> tensors = TensorsOf(module);
        _lines.Add(
            new DissectionLine
            {
                Depth = depth,
                Text = isOneLine ? $"{head}{extra})" : head,
                Path = module.Path,
                Tensors = tensors,
                IsWithoutParameters =
                    tensors.IsEmpty
                    && module.Children.Count == 0
                    && !module.Entries.Any(entry => entry.Kind == ModuleEntryKind.Parameter),
            }
        );
        if (isOneLine)
        {
            return;
        }
        foreach (string line in extra.Length == 0 ? [] : extra.Split('\n'))
        {
            _lines.Add(new DissectionLine { Depth = depth + 1, Text = line });
        }
        foreach (WalkedModule child in module.Children)
        {
            Add(child, module, $"({child.LocalName}): ", depth + 1);
        }
        _lines.Add(new DissectionLine { Depth = depth, Text = ")" });
    }

    private ImmutableArray<DissectedTensor> TensorsOf(WalkedModule module)
    {
        var tensors = ImmutableArray.CreateBuilder<DissectedTensor>();
        foreach (ModuleEntry entry in module.Entries.Where(entry => entry.IsPersistent))
        {
            tensors.Add(Compare(entry));
        }
        string path = BarePathOf(module);
        foreach ((string key, string name, TensorView view) in _unusedByModule[module.Path])
        {
            tensors.Add(
                new DissectedTensor
                {
                    Fit = TensorFit.NotUsed,
                    Name = name,
                    LocalName = path.Length == 0 ? name : name[(path.Length + 1)..],
                    Key = key,
                    FoundShape = view.Shape,
                    FoundDType = view.DType.TorchName,
                }
            );
        }
        return tensors.ToImmutable();
    }

    private DissectedTensor Compare(ModuleEntry entry)
    {
        ImmutableArray<long> shape = [.. entry.Tensor.shape];
        var tensor = new DissectedTensor
        {
            Fit = TensorFit.Missing,
            Name = entry.Name,
            LocalName = entry.LocalName,
            Shape = shape,
            DType = entry.Tensor.DTypeName(),
        };
        if (!_found.TryGetValue(_own.Rename(entry.Name), out (string Key, TensorView View) found))
        {
            return tensor with { Near = [.. NameSuggestions.For(entry.Name, _unusedKeys)] };
        }
        // PyTorch loads the one element of [1] into a tensor without dimensions.
        bool fits = found.View.Shape.SequenceEqual(shape) || (shape.IsEmpty && found.View.Shape is [1]);
        return tensor with
        {
            Fit = fits ? TensorFit.Match : TensorFit.OtherShape,
            Key = found.Key,
            FoundShape = found.View.Shape,
            FoundDType = found.View.DType.TorchName,
        };
    }

    /// <summary>The module's path without wrappers.</summary>
    private string BarePathOf(WalkedModule module)
    {
        const string end = ".x";
        string name = _own.Rename(module.Path.Length == 0 ? "x" : module.Path + end);
        return name == "x" ? "" : name[..^end.Length];
    }

    private static string NearestPath(string name, Dictionary<string, string> paths)
    {
        for (int dot = name.LastIndexOf('.'); dot > 0; dot = name.LastIndexOf('.', dot - 1))
        {
            if (paths.ContainsKey(name[..dot]))
            {
                return name[..dot];
            }
        }
        return "";
    }
}
