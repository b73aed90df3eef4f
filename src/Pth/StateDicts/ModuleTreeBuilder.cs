namespace Pth.StateDicts;

/// <summary>Builds the tree of a state dict: the paths first, then what each module is.</summary>
internal sealed class ModuleTreeBuilder
{
    // A deeper path keeps its rest as one name, dots and all: nobody nests so deep, and what walks the tree may recurse.
    private const int MaxDepth = 256;

    private readonly ModuleSignatures _signatures = new();
    private readonly TensorTies _ties = new();
    private LayerGuess? _lastConvolution;

    public ModuleNode Build(IEnumerable<KeyValuePair<string, TensorView>> tensors, PyDict? metadata)
    {
        var root = new Draft("", "");
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
            Draft module = dot < 0 ? root : Open(root, key[..dot]);
            string name = key[(dot + 1)..];
            module.Tensors.Add(new ModuleTensor(name, key, tensor, _ties.Meet(key, tensor)));
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

    private static Draft Open(Draft root, string path)
    {
        if (path.Length == 0)
        {
            return root;
        }
        Draft module = root;
        foreach (string name in path.Split('.', MaxDepth))
        {
            if (!module.Children.TryGetValue(name, out Draft? child))
            {
                child = new Draft(name, module == root ? name : $"{module.Path}.{name}") { Parent = module };
                module.Children.Add(name, child);
            }
            module = child;
        }
        return module;
    }

    private (ModuleNode Node, LayerGuess? Guess) Finish(
        Draft draft,
        Draft? parent,
        LayerGuess? previous,
        bool listsEvery
    )
    {
        var children = new List<ModuleNode>();
        LayerGuess? before = null;
        int expected = 0;
        foreach (Draft child in draft.Children.Values)
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

        var finished = new ModuleNode(draft.Name, draft.Path, ModuleNodeKind.Module)
        {
            Tensors = draft.Tensors,
            Children = children,
        };
        LayerGuess? found = LayerKinds.Guess(
            new LayerEvidence
            {
                Name = draft.Name,
                ParentName = parent?.Name ?? "",
                Tensors = draft.Tensors,
                Children = children,
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
    private static bool IsFront(Draft draft) =>
        draft.Parent is not { } around
        || (
            around.Children.Count == 1
            && (WrapperPrefixes.IsMarked(draft.Name) || WrapperPrefixes.HasModuleInFront(draft.Name + "."))
            && IsFront(around)
        );

    private void AddSilent(List<ModuleNode> children, Draft silent, int? number)
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

    private void AddSilent(List<ModuleNode> children, Draft parent, int first, int last)
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

    private sealed class Draft(string name, string path)
    {
        public string Name { get; } = name;

        public string Path { get; } = path;

        public Draft? Parent { get; init; }

        public OrderedDictionary<string, Draft> Children { get; } = new(StringComparer.Ordinal);

        public List<ModuleTensor> Tensors { get; } = [];

        public long? Version { get; set; }

        /// <summary>Whether neither the module nor any in it has a tensor.</summary>
        public bool IsSilent { get; private set; }

        public void FindSilent()
        {
            bool silent = Tensors.Count == 0;
            foreach (Draft child in Children.Values)
            {
                child.FindSilent();
                silent &= child.IsSilent;
            }
            IsSilent = silent;
        }
    }
}
