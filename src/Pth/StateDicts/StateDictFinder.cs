using Pth.Errors;

namespace Pth.StateDicts;

/// <summary>Finds the state dict in what a checkpoint holds: see <see cref="StateDictLocation.Find"/> for the order.</summary>
internal sealed class StateDictFinder
{
    private const int MaxDepth = 3;
    private const int MaxListed = 5;

    private readonly PyValue _root;
    private readonly ReadLimits _limits;
    private readonly ErrorLocation _location;
    private readonly TensorReach _reach;

    // One dictionary can stand under many names: each is looked through once.
    private readonly Dictionary<PyValue, bool> _judged = new(ReferenceEqualityComparer.Instance);

    private StateDictFinder(PyValue root, ReadLimits limits, ErrorLocation location)
    {
        _root = root;
        _limits = limits;
        _location = location;
        _reach = TensorReach.Find(root);
    }

    // The names that training scripts use, the likeliest first; weights that are averaged after those that are trained.
    public static IReadOnlyList<string> ContainerNames { get; } =
    [
        "state_dict",
        "model_state_dict",
        "model",
        "model_state",
        "module",
        "net",
        "network",
        "params",
        "weights",
        "params_ema",
        "ema",
        "state_dict_ema",
        "model_ema",
        "ema_state_dict",
        "ema_model",
        "teacher",
        "student",
        "encoder",
        "generator",
        "g_ema",
    ];

    public static StateDictLocation Find(PyValue root, ReadLimits limits, ErrorLocation location)
    {
        var finder = new StateDictFinder(root, limits, location);
        return finder.TryFind()
            ?? throw location.Error(CheckpointErrorKind.NoStateDict, finder.DescribeFound(), Expected);
    }

    public static StateDictLocation? TryFind(PyValue root, ReadLimits limits, ErrorLocation location) =>
        new StateDictFinder(root, limits, location).TryFind();

    /// <summary>The values of the root that are state dicts.</summary>
    public static IEnumerable<string> CandidatePaths(PyValue root) =>
        new StateDictFinder(root, ReadLimits.Default, default).Candidates().Select(candidate => candidate.Path);

    public static StateDictLocation At(PyValue root, string path, ReadLimits limits, ErrorLocation location) =>
        new StateDictFinder(root, limits, location).At(path);

    /// <summary>The dictionary in a value: a dictionary itself, or what a pickle puts into an object of a subclass of one.</summary>
    public static PyDict? MappingOf(PyValue value) =>
        value switch
        {
            PyDict dictionary => dictionary,
            PyObject { Entries: { } entries } instance when ModuleObject.TryRead(instance) is null => entries,
            _ => null,
        };

    private static string Expected =>
        $"a dictionary that maps names to tensors, by itself or under {string.Join(", ", ContainerNames.Take(6))}, ...";

    private StateDictLocation? TryFind()
    {
        if (IsStateDict(_root))
        {
            return Locate(TensorPaths.RootName, parent: null, new PyChild(null, 0, _root));
        }
        if (FindInContainers(_root, path: "", depth: 1) is { } contained)
        {
            return contained;
        }
        if (Candidates().ToList() is [var only])
        {
            return only;
        }
        return MappingOf(_root) is { } mapping && HasOnlyStringKeys(mapping) && mapping.Values.Any(v => v is PyTensor)
            ? Locate(TensorPaths.RootName, parent: null, new PyChild(null, 0, _root))
            : null;
    }

    private StateDictLocation At(string path)
    {
        PyValue? parent = null;
        var place = new PyChild(null, 0, _root);
        string rest = path == TensorPaths.RootName ? "" : path;
        while (rest.Length > 0)
        {
            // The longest key wins, as a key may hold dots.
            int taken = 0;
            PyChild next = default;
            foreach (PyChild child in PyChild.Of(place.Value))
            {
                string text = child.Key is null ? $"[{child.Index}]" : PyKeyText.Of(child.Key);
                if (text.Length > taken && StartsWithStep(rest, text))
                {
                    (taken, next) = (text.Length, child);
                }
            }
            if (taken == 0)
            {
                throw _location.Error(
                    CheckpointErrorKind.NoStateDict,
                    $"nothing at {path}",
                    "a path in the checkpoint"
                );
            }
            (parent, place) = (place.Value, next);
            rest = rest[taken..].TrimStart('.');
        }
        if (!IsStateDict(place.Value) && !IsMixedStateDict(place.Value))
        {
            throw _location.Error(
                CheckpointErrorKind.NoStateDict,
                $"{place.Value.Describe()} at {path}",
                "a dictionary that maps names to tensors"
            );
        }
        return Locate(path, parent, place);
    }

    private static bool StartsWithStep(string rest, string step) =>
        rest.StartsWith(step, StringComparison.Ordinal)
        && (rest.Length == step.Length || rest[step.Length] is '.' or '[');

    private StateDictLocation? FindInContainers(PyValue value, string path, int depth)
    {
        if (MappingOf(value) is not { } mapping)
        {
            return null;
        }
        foreach (string name in ContainerNames)
        {
            if (!mapping.TryGetValue(name, out PyValue? inner))
            {
                continue;
            }
            string innerPath = path.Length == 0 ? name : $"{path}.{name}";
            if (IsStateDict(inner))
            {
                return Locate(innerPath, value, new PyChild(new PyString(name), 0, inner));
            }
            if (depth < MaxDepth && FindInContainers(inner, innerPath, depth + 1) is { } found)
            {
                return found;
            }
        }
        return null;
    }

    private IEnumerable<StateDictLocation> Candidates()
    {
        foreach (PyChild child in PyChild.Of(_root))
        {
            if (IsStateDict(child.Value))
            {
                yield return Locate(child.Key is null ? $"[{child.Index}]" : PyKeyText.Of(child.Key), _root, child);
            }
        }
    }

    private bool IsStateDict(PyValue value)
    {
        if (!_judged.TryGetValue(value, out bool isStateDict))
        {
            isStateDict =
                ModuleObject.TryRead(value) is not null
                || (MappingOf(value) is { } mapping && MapsNamesToTensors(mapping));
            _judged.Add(value, isStateDict);
        }
        return isStateDict;
    }

    private static bool IsMixedStateDict(PyValue value) =>
        MappingOf(value) is { } mapping && HasOnlyStringKeys(mapping) && mapping.Values.Any(v => v is PyTensor);

    private bool MapsNamesToTensors(PyDict dictionary)
    {
        bool hasTensor = false;
        foreach ((PyValue key, PyValue value) in dictionary)
        {
            if (key is not PyString name)
            {
                return false;
            }
            hasTensor |= value is PyTensor;
            if (value is not PyTensor && _reach.Reaches(value) && !MayHoldTensors(name.Value))
            {
                return false;
            }
        }
        return hasTensor;
    }

    // What modules save beside plain tensors: get_extra_state(), and the weight and bias of a quantized layer as one value.
    private static bool MayHoldTensors(string name)
    {
        ReadOnlySpan<char> last = name.AsSpan(name.LastIndexOf('.') + 1);
        return last is "_extra_state" or "_packed_params";
    }

    private static bool HasOnlyStringKeys(PyDict dictionary) => dictionary.Keys.All(key => key is PyString);

    private StateDictLocation Locate(string path, PyValue? parent, PyChild place) =>
        new(path, _root, parent, place, _limits, _location);

    private string DescribeFound()
    {
        if (_root is PyTensor)
        {
            return $"a lone {_root.Describe()}";
        }
        List<StateDictLocation> candidates = [.. Candidates()];
        if (candidates.Count > 1)
        {
            return $"{candidates.Count} state dicts ({List(candidates.Select(c => c.Path))}) under names that do not say which is meant";
        }
        string what = IsOptimizer(_root) ? "the state of an optimizer" : _root.Describe();
        if (!_reach.Reaches(_root))
        {
            return $"{what} without tensors";
        }
        IReadOnlyList<NamedTensor> tensors = TensorPaths.Collect(_root, _limits, _location);
        return $"{what} with tensors at {List(tensors.Select(t => t.Name))}";
    }

    private static bool IsOptimizer(PyValue value) =>
        value is PyDict dictionary
        && dictionary.TryGetValue("state", out _)
        && dictionary.TryGetValue("param_groups", out _);

    private static string List(IEnumerable<string> names)
    {
        string[] first = [.. names.Take(MaxListed + 1)];
        return first.Length > MaxListed ? string.Join(", ", first.Take(MaxListed)) + ", ..." : string.Join(", ", first);
    }
}
