using Pth.Torch.Modules;
using TorchSharp.Modules;

namespace Pth.Torch.Loading;

/// <summary>Finds what each tensor of a module gets, and what is against it, as <c>Module.load_state_dict</c> of PyTorch 2.14.1 does.</summary>
/// <remarks>Source: <c>torch/nn/modules/module.py</c>, <c>batchnorm.py</c> and <c>instancenorm.py</c>.</remarks>
/// <param name="tree">The module.</param>
/// <param name="names">The names of the state dict's entries as the module has them.</param>
/// <param name="skip">What is left out.</param>
/// <param name="rules">What is against a tensor that has the right shape.</param>
internal sealed class KeyMatcher(WalkedModule tree, TranslatedNames names, SkippedNames skip, TensorRules rules)
{
    private const string BatchesTracked = "num_batches_tracked";
    private const string ExtraState = "_extra_state";

    private static readonly string[] RunningStatistics = ["running_mean", "running_var"];

    private readonly List<string> _missing = [];
    private readonly List<string> _errors = [];
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>What fits.</summary>
    public List<KeyMatch> Matches { get; } = [];

    public IReadOnlyList<string> Missing => _missing;

    public IReadOnlyList<string> Unexpected { get; private set; } = [];

    /// <summary>What does not fit, save names, in the module's order.</summary>
    public IReadOnlyList<string> Errors => _errors;

    public void Run()
    {
        WalkedModule[] modules = [.. tree.SelfAndDescendants()];
        foreach (WalkedModule module in modules)
        {
            RefuseOldStatistics(module);
            foreach (ModuleEntry entry in module.Entries.Where(entry => entry.IsPersistent && !skip.Has(entry.Name)))
            {
                Match(entry);
            }
        }
        Unexpected = FindUnexpected(modules);
    }

    private void Match(ModuleEntry entry)
    {
        if (!names.TryGetValue(entry.Name, out PyValue? value))
        {
            if (!MayLack(entry))
            {
                _missing.Add(entry.Name);
            }
            return;
        }
        if (value is not PyTensor tensor)
        {
            _errors.Add(
                $"While copying the parameter named \"{entry.Name}\", expected torch.Tensor or Tensor-like object from checkpoint but "
                    + $"received <class '{PythonClass.Of(value)}'>"
            );
            return;
        }
        TensorView view = tensor.View;
        long[] shape = entry.Tensor.shape;
        // PyTorch 0.3 had no tensors without dimensions.
        if (shape.Length == 0 && view.Shape is [1] && view.Layout == TensorLayout.Strided)
        {
            view = view.Select(0, 0);
        }
        if (!view.Shape.AsSpan().SequenceEqual(shape))
        {
            _errors.Add(
                $"size mismatch for {entry.Name}: copying a param with shape {SizeText.Of(view.Shape.AsSpan())} from checkpoint, "
                    + $"the shape in current model is {SizeText.Of(shape)}."
            );
            return;
        }
        if (rules.FindFault(entry, view) is { } fault)
        {
            _errors.Add(
                $"While copying the parameter named \"{entry.Name}\", whose dimensions in the model are {SizeText.Of(shape)} and "
                    + $"whose dimensions in the checkpoint are {SizeText.Of(view.Shape.AsSpan())}, an exception occurred : "
                    + $"({Pth.StateDicts.PythonRepr.Repr(new PyString(fault))},)."
            );
            return;
        }
        Matches.Add(new KeyMatch(entry, view));
    }

    // Files of PyTorch before 0.4.1 do not have it, and plain dictionaries do not say which version they are of.
    private bool MayLack(ModuleEntry entry) =>
        entry.LocalName == BatchesTracked
        && IsNormalization(entry.Owner)
        && names.VersionOf(entry.Owner.Path) is null or < 2;

    private static bool IsNormalization(WalkedModule module) =>
        module.HiddenClass is null
        && (module.Module is NormBase { track_running_stats: true } || ModuleKind.Of(module.Module) == "SyncBatchNorm");

    private void RefuseOldStatistics(WalkedModule module)
    {
        if (
            module.HiddenClass is not null
            || module.Module is not InstanceNorm { track_running_stats: false }
            || names.VersionOf(module.Path) is not null
        )
        {
            return;
        }
        string[] statistics =
        [
            .. RunningStatistics.Select(module.PathOf).Where(name => names.TryGetValue(name, out _) && !skip.Has(name)),
        ];
        if (statistics.Length == 0)
        {
            return;
        }
        string kind = ModuleKind.Of(module.Module);
        _errors.Add(
            $"Unexpected running stats buffer(s) {string.Join(" and ", statistics.Select(name => $"\"{name}\""))} for {kind} "
                + "with track_running_stats=False. If state_dict is a checkpoint saved before 0.4.0, this may be expected because "
                + $"{kind} does not track running stats by default since 0.4.0. Please remove these keys from state_dict. If the "
                + $"running stats are actually needed, instead set track_running_stats=True in {kind} to enable them. See the "
                + $"documentation of {kind} for details."
        );
        _taken.UnionWith(statistics);
    }

    /// <summary>Each module in turn finds the names that end at it and are not its own, and those that go on to no child of it.</summary>
    private List<string> FindUnexpected(WalkedModule[] modules)
    {
        Dictionary<string, int> order = [];
        Dictionary<string, HashSet<string>> own = [];
        for (int i = 0; i < modules.Length; i++)
        {
            order[modules[i].Path] = i;
            own[modules[i].Path] =
            [
                .. modules[i].Entries.Where(entry => entry.IsPersistent).Select(entry => entry.LocalName),
            ];
        }
        var found = new List<(int Module, bool IsExtra, string Name)>();
        foreach (string name in names.Keys.Where(name => !_taken.Contains(name) && !skip.Has(name)))
        {
            // The module that the name leads to, as far as there are children.
            string path = "";
            int start = 0;
            for (int dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = name.IndexOf('.', start))
            {
                if (!order.ContainsKey(name[..dot]))
                {
                    break;
                }
                path = name[..dot];
                start = dot + 1;
            }
            string local = name[start..];
            if (!own[path].Contains(local))
            {
                found.Add((order[path], local == ExtraState, name));
            }
        }
        return [.. found.OrderBy(key => key.Module).ThenBy(key => !key.IsExtra).Select(key => key.Name)];
    }
}
