using TorchSharp.Modules;
using Optimizer = TorchSharp.torch.optim.Optimizer;

namespace Pth.Torch.Optimizers;

/// <summary>Reads all of a state dict before it changes anything of the optimizer.</summary>
internal static class OptimizerLoader
{
    /// <summary>Reads and checks a state without a change to the optimizer.</summary>
    /// <returns>What puts it in its place. None of it can fail.</returns>
    public static IReadOnlyList<Action> Read(
        Optimizer optimizer,
        PyValue saved,
        OptimizerLoadOptions loading,
        StateReading reading
    )
    {
        var layout = OptimizerLayout.Of(optimizer);
        if (saved is not PyDict dict)
        {
            throw PyNumbers.Wrong("The state dict", saved, "a dictionary with 'state' and 'param_groups'");
        }
        PyDict states = Part<PyDict>(dict, "state", "a dictionary");
        PyList savedGroups = Part<PyList>(dict, "param_groups", "a list");
        var groups = OptimizerParts.Of(optimizer);

        // In PyTorch's order and words.
        if (groups.Count != savedGroups.Count)
        {
            throw new OptimizerStateException(
                $"loaded state dict has a different number of parameter groups: found {savedGroups.Count}, expected {groups.Count}"
            );
        }
        IReadOnlyList<IReadOnlyList<PyValue>> ids = [.. savedGroups.Select(ParametersOf)];
        for (int i = 0; i < groups.Count; i++)
        {
            if (groups[i].States.Count != ids[i].Count)
            {
                throw new OptimizerStateException(
                    "loaded state dict contains a parameter group that doesn't match the size of optimizer's group: "
                        + $"found {ids[i].Count} parameters in group {i}, expected {groups[i].States.Count}"
                );
            }
        }

        var changes = new List<Action>();
        int used = 0;
        for (int i = 0; i < groups.Count; i++)
        {
            ParamGroup group = groups[i].Group;
            OptimizerOptions options = layout.ReadGroup((PyDict)savedGroups[i], $"param_groups[{i}]", loading);
            changes.Add(() => group.Options.LoadStateDict(options));
            foreach (
                ((Parameter parameter, OptimizerState target), PyValue id) in group
                    .Parameters.Zip(groups[i].States)
                    .Zip(ids[i])
            )
            {
                reading.Where = $"state[{id.Describe()}]";
                PyDict state = [];
                if (states.TryGetValue(id, out PyValue? found))
                {
                    state = found as PyDict ?? throw PyNumbers.Wrong(reading.Where, found, "a dictionary");
                    used++;
                }
                // PyTorch starts a parameter without a state at its next step.
                changes.Add(
                    state.Count == 0
                        ? () => target.Initialize(options)
                        : layout.ReadState(state, target, options, parameter, reading, loading)
                );
            }
        }
        if (used < states.Count)
        {
            throw new OptimizerStateException(
                $"loaded state dict has the states of {states.Count} parameters, and groups with {used} of them"
            );
        }
        reading.Fill();
        changes.Add(reading.Keep);
        return changes;
    }

    private static T Part<T>(PyDict dict, string name, string expected)
        where T : PyValue =>
        !dict.TryGetValue(name, out PyValue? part)
            ? throw new OptimizerStateException($"The state dict has no key '{name}': it is none of an optimizer.")
            : part as T ?? throw PyNumbers.Wrong($"'{name}'", part, expected);

    private static IReadOnlyList<PyValue> ParametersOf(PyValue group, int index)
    {
        string where = $"param_groups[{index}]";
        if (group is not PyDict dict)
        {
            throw PyNumbers.Wrong(where, group, "a dictionary");
        }
        return dict.TryGetValue("params", out PyValue? parameters)
            ? PyNumbers.ToItems(parameters, $"{where}['params']")
            : throw new OptimizerStateException($"{where} has no key 'params'.");
    }
}
