namespace Pth.Torch.Optimizers;

/// <summary>A scheduler and the keys of its state.</summary>
/// <param name="name">PyTorch's name of its class.</param>
/// <param name="entries">Its keys, in PyTorch's order.</param>
internal sealed class SchedulerLayout(string name, IReadOnlyList<SchedulerEntry> entries)
{
    /// <summary>Keys that some PyTorch versions write for themselves.</summary>
    private static bool IsPyTorchsOwn(string key) =>
        key
            is "verbose"
                or "_get_lr_called_within_step"
                or "_is_initial"
                or "default_min_lr"
                or "use_beta1"
                // OneCycleCheck tells whether they are other ones than here.
                or "_schedule_phases"
                or "_anneal_func_type"
                or "anneal_func";

    /// <summary>Reads a state without a change to anything.</summary>
    /// <returns>What puts it in its place.</returns>
    public IReadOnlyList<Action> Read(PyValue saved, string where, OptimizerLoadOptions loading)
    {
        if (saved is not PyDict state)
        {
            throw PyNumbers.Wrong(where, saved, $"the dictionary of a {name}");
        }
        Dictionary<string, SchedulerEntry> known = entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        var changes = new List<Action>();
        foreach ((PyValue key, PyValue value) in state)
        {
            string text = key is PyString label ? label.Value : key.Describe();
            if (loading.Ignores(text))
            {
                continue;
            }
            if (known.TryGetValue(text, out SchedulerEntry? entry))
            {
                changes.Add(entry.Read(value, $"{where}['{text}']"));
            }
            else if (!IsPyTorchsOwn(text))
            {
                throw new NotSupportedException(
                    $"{where} has the key '{text}', which TorchSharp's {name} has no place for. "
                        + $"If training can go on without it, name it in {nameof(OptimizerLoadOptions)}.{nameof(OptimizerLoadOptions.Ignore)}."
                );
            }
        }
        SchedulerEntry? missing = entries.FirstOrDefault(entry =>
            entry.IsRequired && !state.ContainsKey(new PyString(entry.Name)) && !loading.Ignores(entry.Name)
        );
        return missing is null
            ? changes
            : throw new OptimizerStateException(
                $"{where} has no key '{missing.Name}': it is no state that PyTorch's {name} writes."
            );
    }

    public PyDict Write()
    {
        var state = new PyDict();
        foreach (SchedulerEntry entry in entries)
        {
            state[entry.Name] = entry.Write();
        }
        return state;
    }
}
