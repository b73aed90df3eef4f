using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Optimizers;

/// <summary>A layout as two tables: what PyTorch's keys are, and which fields of TorchSharp's they are.</summary>
internal abstract class TableLayout<TOptions, TState> : OptimizerLayout
    where TOptions : OptimizerOptions, new()
    where TState : OptimizerState
{
    /// <summary>The keys of a group behind <c>lr</c>, in PyTorch's order.</summary>
    protected abstract IReadOnlyList<GroupEntry<TOptions>> Group(WriterProfile profile);

    /// <summary>The keys of a state, in PyTorch's order.</summary>
    protected abstract IReadOnlyList<StateEntry<TOptions, TState>> State { get; }

    /// <summary>Whether PyTorch has a state for the parameter: before its first step, most optimizers do not.</summary>
    protected abstract bool HasState(TState state);

    /// <summary>Refuses options that TorchSharp takes, but follows otherwise than PyTorch.</summary>
    /// <exception cref="NotSupportedException">Training would go on otherwise.</exception>
    protected virtual void Check(TOptions options, string where) { }

    public sealed override OptimizerOptions ReadGroup(PyDict group, string where, OptimizerLoadOptions loading)
    {
        var options = new TOptions();
        Dictionary<string, GroupEntry<TOptions>> entries = Group(WriterProfile.PyTorch27)
            .ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        if (!group.TryGetValue("lr", out PyValue? rate))
        {
            throw Foreign(where, "no key 'lr'");
        }
        options.LearningRate = PyNumbers.ToDouble(rate, $"{where}['lr']");
        options.InitialLearningRate = group.TryGetValue("initial_lr", out PyValue? initial)
            ? PyNumbers.ToDouble(initial, $"{where}['initial_lr']")
            : options.LearningRate.Value;

        foreach ((PyValue key, PyValue value) in group)
        {
            string name = key is PyString text ? text.Value : key.Describe();
            if (name is "lr" or "initial_lr" or "params" || loading.Ignores(name))
            {
                continue;
            }
            if (entries.TryGetValue(name, out GroupEntry<TOptions>? entry))
            {
                entry.Read(value, options, $"{where}['{name}']");
            }
            else if (!GroupExtras.AreHarmless(name))
            {
                throw new NotSupportedException(
                    $"{where} has the key '{name}', which TorchSharp's {Name} has no place for. "
                        + $"If training can go on without it, name it in {nameof(OptimizerLoadOptions)}.{nameof(OptimizerLoadOptions.Ignore)}."
                );
            }
        }
        foreach (GroupEntry<TOptions> entry in entries.Values)
        {
            if (!group.ContainsKey(new PyString(entry.Name)) || loading.Ignores(entry.Name))
            {
                if (entry.IsRequired)
                {
                    throw Foreign(where, $"no key '{entry.Name}'");
                }
                entry.Default(options);
            }
        }
        Check(options, where);
        return options;
    }

    public sealed override Action ReadState(
        PyDict state,
        OptimizerState target,
        OptimizerOptions options,
        Parameter parameter,
        StateReading reading,
        OptimizerLoadOptions loading
    )
    {
        string where = reading.Where;
        var typed = (TOptions)options;
        var puts = new List<Action<TState>>();
        int used = 0;
        foreach (StateEntry<TOptions, TState> entry in State)
        {
            reading.Where = $"{where}['{entry.Name}']";
            if (state.TryGetValue(entry.Name, out PyValue? value))
            {
                puts.Add(entry.Read(value, typed, parameter, reading));
                used++;
            }
            else if (entry.IsRequired(typed))
            {
                throw Foreign(where, $"no key '{entry.Name}'");
            }
        }
        if (used < state.Count)
        {
            RefuseUnknown(state, where, loading);
        }
        return () =>
        {
            target.Initialize(typed);
            puts.ForEach(put => put((TState)target));
        };
    }

    public sealed override PyDict WriteGroup(OptimizerOptions options, WriterProfile profile)
    {
        var group = new PyDict { ["lr"] = options.LearningRate.GetValueOrDefault() };
        foreach (GroupEntry<TOptions> entry in Group(profile))
        {
            if (profile <= entry.Since)
            {
                group[entry.Name] = entry.Write((TOptions)options, profile);
            }
        }
        return group;
    }

    public sealed override PyDict? WriteState(OptimizerState state, OptimizerOptions options, WriterProfile profile)
    {
        var typed = (TState)state;
        if (!HasState(typed))
        {
            return null;
        }
        var written = new PyDict();
        foreach (StateEntry<TOptions, TState> entry in State)
        {
            if (entry.Write(typed, (TOptions)options, profile) is { } value)
            {
                written[entry.Name] = value;
            }
        }
        return written;
    }

    /// <summary>A number of the group.</summary>
    protected static NumberEntry<TOptions> Number(
        string name,
        FieldOf<TOptions, double?> field,
        bool isInt = false,
        double? fallback = null
    ) => new(name, field, isInt, fallback);

    /// <summary>A switch of the group.</summary>
    protected static FlagEntry<TOptions> Flag(string name, FieldOf<TOptions, bool?> field) => new(name, field);

    /// <summary>A switch of the group that TorchSharp lacks.</summary>
    protected LackingEntry<TOptions> Lacking(
        string name,
        WriterProfile since = WriterProfile.PyTorch19,
        string advice = ""
    ) => new(name, Name, advice) { Since = since };

    /// <summary>PyTorch's <c>foreach</c>.</summary>
    protected static ChoiceEntry<TOptions> Foreach { get; } = new("foreach", PyNone.Value);

    /// <summary>PyTorch's <c>capturable</c>.</summary>
    protected static ChoiceEntry<TOptions> Capturable(WriterProfile since = WriterProfile.PyTorch21) =>
        new("capturable", PyBool.False) { Since = since };

    /// <summary>PyTorch's <c>fused</c>.</summary>
    protected static ChoiceEntry<TOptions> Fused(WriterProfile since = WriterProfile.PyTorch21) =>
        new("fused", PyNone.Value) { Since = since, Before21 = PyBool.False };

    /// <summary>A tensor of the state.</summary>
    protected static TensorEntry<TOptions, TState> Tensors(
        string name,
        FieldOf<TState, Tensor?> field,
        Func<TOptions, bool>? isUsed = null
    ) => new(name, field, isUsed);

    private OptimizerStateException Foreign(string where, string what) =>
        new($"{where} has {what}: it is no state that PyTorch's {Name} writes.");

    private void RefuseUnknown(PyDict state, string where, OptimizerLoadOptions loading)
    {
        HashSet<string> known = State.Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        foreach (PyValue key in state.Keys)
        {
            string name = key is PyString text ? text.Value : key.Describe();
            if (!known.Contains(name) && !loading.Ignores(name))
            {
                throw new NotSupportedException(
                    $"{where} has the key '{name}', which TorchSharp's {Name} has no place for."
                );
            }
        }
    }
}
