namespace Pth.StateDicts;

/// <summary>Builds the tree of a state dict: the paths first, then what each module is.</summary>
internal sealed class ModuleTreeBuilder
{
    // A deeper path keeps its rest as one name, dots and all: nobody nests so deep, and what walks the tree may recurse.
    private const int MaxDepth = 256;

    private readonly ModuleSignatures _signatures = new();
    private readonly TensorTies _ties = new();
    private readonly NamePool _names = new();
    private readonly Dictionary<string, ModuleDraft>.AlternateLookup<ReadOnlySpan<char>> _drafts = new Dictionary<
        string,
        ModuleDraft
    >(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    private LayerGuess? _lastConvolution;

    public ModuleNode Build(IEnumerable<KeyValuePair<string, TensorView>> tensors, PyDict? metadata)
    {
        var root = new ModuleDraft("", "");
        // The metadata lists every module, also those without tensors, in the order in which PyTorch prints them.
        foreach ((PyValue path, PyValue entry) in metadata ?? [])
        {
            if (path is PyString text)
            {
                Open(root, text.Value).Version = VersionOf(entry);
            }
        }
        foreach ((string key, TensorView tensor) in tensors)
        {
            int dot = key.LastIndexOf('.');
            ModuleDraft module = dot < 0 ? root : Open(root, key.AsSpan(0, dot));
            string name = _names.Get(key.AsSpan(dot + 1));
            module.AddTensor(new ModuleTensor(name, key, tensor, _ties.Meet(key, tensor)));
        }
        root.FindSilent();
        return Finish(root, parent: null, previous: null, listsEvery: metadata is { Count: > 0 }).Node;
    }

    private static long? VersionOf(PyValue entry) =>
        entry is PyDict dictionary
        && dictionary.TryGetValue("version", out PyValue? value)
        && value is PyInt number
        && number.TryGetInt64(out long version)
            ? version
            : null;

    private ModuleDraft Open(ModuleDraft root, ReadOnlySpan<char> path) =>
        path.Length == 0 ? root : OpenAny(root, path);

    // An empty path here is that of a module whose name is empty: the one in front of `.weight` in `..weight`.
    private ModuleDraft OpenAny(ModuleDraft root, ReadOnlySpan<char> path)
    {
        if (_drafts.TryGetValue(path, out ModuleDraft? known))
        {
            return known;
        }
        int cut = FindLastName(path);
        ModuleDraft parent = cut < 0 ? root : OpenAny(root, path[..cut]);
        var draft = new ModuleDraft(_names.Get(path[(cut + 1)..]), path.ToString()) { Parent = parent };
        parent.AddChild(draft);
        _drafts[path] = draft;
        return draft;
    }

    /// <returns>The dot before the last name of a path; -1 where there is but one.</returns>
    private static int FindLastName(ReadOnlySpan<char> path)
    {
        int last = -1;
        for (int names = 1; names < MaxDepth; names++)
        {
            int next = path[(last + 1)..].IndexOf('.');
            if (next < 0)
            {
                break;
            }
            last += next + 1;
        }
        return last;
    }

    private (ModuleNode Node, LayerGuess? Guess) Finish(
        ModuleDraft draft,
        ModuleDraft? parent,
        LayerGuess? previous,
        bool listsEvery
    )
    {
        var children = new List<ModuleNode>(draft.Children.Count);
        LayerGuess? before = null;
        int expected = 0;
        foreach (ModuleDraft child in draft.Children)
        {
            bool isNumbered = ModuleNumbers.TryParse(child.Name, out int number);
            if (isNumbered && !listsEvery && number > expected)
            {
                AddSilent(children, draft, expected, number - 1);
            }
            expected = isNumbered ? number + 1 : expected;
            if (child.IsSilent)
            {
                AddSilent(children, child, isNumbered ? number : null);
                continue;
            }
            (ModuleNode node, LayerGuess? guess) = Finish(child, draft, before, listsEvery);
            before = guess is { SpatialRank: >= 0 } ? guess : before;
            children.Add(node);
        }

        ModuleTensor[] tensors = draft.TakeTensors();
        var finished = new ModuleNode(draft.Name, draft.Path, ModuleNodeKind.Module)
        {
            Tensors = tensors,
            Children = children.Count == 0 ? [] : children,
        };
        LayerGuess? found = LayerKinds.Guess(
            new LayerEvidence
            {
                Name = draft.Name,
                ParentName = parent?.Name ?? "",
                Tensors = tensors,
                Children = finished.Children,
                IsRoot = IsFront(draft),
                Version = draft.Version,
                Before = previous,
                LastConvolution = _lastConvolution,
            }
        );
        if (found is not null)
        {
            finished.ClassName = found.ClassName;
            finished.Arguments = found.Arguments;
            _lastConvolution = found.SpatialRank > 0 ? found : _lastConvolution;
        }
        _signatures.Assign(finished);
        return (finished, found);
    }

    // Whether nothing but wrappers is around it: _orig_mod.module.weight, module.module.weight.
    private static bool IsFront(ModuleDraft draft) =>
        draft.Parent is not { } around
        || (
            around.Children.Count == 1
            && (WrapperPrefixes.IsMarked(draft.Name) || WrapperPrefixes.HasModuleInFront(draft.Name + "."))
            && IsFront(around)
        );

    private void AddSilent(List<ModuleNode> children, ModuleDraft silent, int? number)
    {
        if (
            number is { } next
            && children is [.., { Kind: ModuleNodeKind.Silent } last]
            && ModuleNumbers.TryParse(last.Name[(last.Name.LastIndexOf('-') + 1)..], out int end)
            && end == next - 1
            && ModuleNumbers.TryParse(last.Name.Split('-')[0], out int first)
        )
        {
            children.RemoveAt(children.Count - 1);
            AddSilent(children, silent.Parent!, first, next);
            return;
        }
        var node = new ModuleNode(silent.Name, silent.Path, ModuleNodeKind.Silent);
        _signatures.Assign(node);
        children.Add(node);
    }

    private void AddSilent(List<ModuleNode> children, ModuleDraft parent, int first, int last)
    {
        string name = ModuleNumbers.Range(first, last);
        var node = new ModuleNode(
            name,
            parent.Path.Length == 0 ? name : $"{parent.Path}.{name}",
            ModuleNodeKind.Silent
        );
        _signatures.Assign(node);
        children.Add(node);
    }
}
