namespace Pth.StateDicts;

/// <summary>Sums up what stands beside a state dict: numbers as they are, optimizers and dictionaries in a line.</summary>
internal static class CheckpointFacts
{
    private const int MaxListed = 8;
    private const int MaxText = 80;
    private const int MaxDepth = 3;

    // What only the optimizers of torch.optim write into their groups, the most telling first.
    private static readonly (string Key, string Name)[] OptimizerKeys =
    [
        ("momentum_decay", "NAdam"),
        ("amsgrad", "Adam or AdamW"),
        ("betas", "Adamax, RAdam or another of Adam's family"),
        ("nesterov", "SGD"),
        ("rho", "Adadelta"),
        ("centered", "RMSprop"),
        ("lr_decay", "Adagrad"),
        ("etas", "Rprop"),
        ("lambd", "ASGD"),
        ("history_size", "LBFGS"),
    ];

    public static IReadOnlyList<CheckpointFact> Beside(PyValue root, StateDictLocation? location)
    {
        var facts = new List<CheckpointFact>();
        if (ModuleObject.TryRead(root) is null && root is not PyTensor)
        {
            Add(facts, root, prefix: "", location, depth: 1);
        }
        return facts;
    }

    public static bool IsOptimizer(PyDict dictionary) =>
        dictionary.TryGetValue("state", out _)
        && dictionary.TryGetValue("param_groups", out PyValue? groups)
        && groups is PyList;

    /// <summary>A value in a line.</summary>
    public static string Describe(PyValue value) =>
        value switch
        {
            PyDict dictionary when IsOptimizer(dictionary) => Optimizer(dictionary),
            PyDict dictionary when IsScheduler(dictionary, out PyValue epoch) =>
                $"learning-rate scheduler at epoch {epoch.Describe()}",
            PyDict dictionary when IsScaler(dictionary, out PyValue scale) =>
                $"gradient scaler at scale {scale.Describe()}",
            PyDict { Count: > 0 } dictionary => $"{dictionary.Describe()} ({Keys(dictionary)})",
            PyObject instance when ModuleObject.TryRead(instance) is not null =>
                $"whole pickled module {instance.Global?.FullName}",
            PyObject { State: PyDict { Count: > 0 } state } instance => $"{instance.Describe()} ({Keys(state)})",
            PyString text => Shorten(text.Value),
            PyList { Count: > 0 } list when list[0] is PyDict first && IsOptimizer(first) =>
                $"list of {list.Count}: {Optimizer(first)}",
            _ => Shorten(PythonRepr.Repr(value)),
        };

    public static string List(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(MaxListed)) + (names.Count > MaxListed ? ", ..." : "");

    private static void Add(
        List<CheckpointFact> facts,
        PyValue holder,
        string prefix,
        StateDictLocation? location,
        int depth
    )
    {
        bool isStateDict = ReferenceEquals(holder, location?.Value);
        foreach (PyChild child in PyChild.Of(holder))
        {
            if (ReferenceEquals(child.Value, location?.Value) || (isStateDict && child.Value is PyTensor))
            {
                continue;
            }
            // A dictionary's own attributes, such as _metadata, are no part of what it holds.
            if (holder is PyDict dictionary && (child.Key is null || !dictionary.ContainsKey(child.Key)))
            {
                continue;
            }
            string path =
                child.Key is null ? $"{prefix}[{child.Index}]"
                : prefix.Length == 0 ? PyKeyText.Of(child.Key)
                : $"{prefix}.{PyKeyText.Of(child.Key)}";
            bool leadsToStateDict =
                depth < MaxDepth
                && location is not null
                && location.Path.StartsWith(path + ".", StringComparison.Ordinal)
                && PyChild.HasChildren(child.Value);
            if (leadsToStateDict)
            {
                Add(facts, child.Value, path, location, depth + 1);
            }
            else
            {
                facts.Add(new CheckpointFact(path, Describe(child.Value)));
            }
        }
    }

    private static string Optimizer(PyDict optimizer)
    {
        PyList groups = optimizer["param_groups"].As<PyList>();
        PyDict? first = groups.FirstOrDefault() as PyDict;
        string name = first is null
            ? "optimizer"
            : OptimizerKeys.FirstOrDefault(known => first.TryGetValue(known.Key, out _)).Name ?? "optimizer";
        long parameters = groups
            .OfType<PyDict>()
            .Sum(group => group.TryGetValue("params", out PyValue? list) && list is PyList ids ? ids.Count : 0L);
        string rate =
            first is not null && first.TryGetValue("lr", out PyValue? lr) ? $", lr {PythonRepr.Repr(lr)}" : "";
        return $"{name} with {Many(groups.Count, "group")} of {Many(parameters, "parameter")}{rate}";
    }

    private static string Many(long count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private static bool IsScheduler(PyDict dictionary, out PyValue epoch)
    {
        bool isScheduler =
            dictionary.TryGetValue("last_epoch", out PyValue? value) && dictionary.TryGetValue("_step_count", out _);
        epoch = value ?? PyNone.Value;
        return isScheduler;
    }

    private static bool IsScaler(PyDict dictionary, out PyValue scale)
    {
        bool isScaler =
            dictionary.TryGetValue("scale", out PyValue? value) && dictionary.TryGetValue("growth_factor", out _);
        scale = value ?? PyNone.Value;
        return isScaler;
    }

    private static string Keys(PyDict dictionary)
    {
        string[] first = [.. dictionary.Keys.Take(MaxListed + 1).Select(PyKeyText.Of)];
        return Shorten(List(first), MaxText * 2);
    }

    private static string Shorten(string text, int length = MaxText) =>
        text.Length <= length ? text : string.Concat(text.AsSpan(0, length - 3), "...");
}
