using Pth.Errors;
using Pth.StateDicts;

namespace Pth.Formats;

/// <summary>What a format of nothing but named tensors takes of a checkpoint: the tensors to be written, and what is not.</summary>
internal sealed class TensorSelection
{
    private readonly List<KeyValuePair<string, TensorView>> _tensors = [];
    private readonly List<LeftOutValue> _leftOut = [];
    private readonly Dictionary<string, string> _dropped = new(StringComparer.Ordinal);

    private TensorSelection() { }

    /// <summary>The tensors, in the order of the state dict.</summary>
    public IReadOnlyList<KeyValuePair<string, TensorView>> Tensors => _tensors;

    /// <summary>What was left out, a line each: its path and what it is.</summary>
    public IReadOnlyList<string> LeftOut => [.. _leftOut.Select(value => value.ToString())];

    /// <summary>Names that were dropped because they share memory, and the name that was kept for each.</summary>
    public IReadOnlyDictionary<string, string> Dropped => _dropped;

    /// <summary>Chooses the tensors: those of the state dict where there is one, else all, by their paths.</summary>
    /// <param name="root">What is saved.</param>
    /// <param name="options">How: <see cref="WriteOptions.TensorsOnly"/> and <see cref="WriteOptions.SharedTensors"/> count.</param>
    /// <param name="format">The format's name, for messages.</param>
    /// <param name="refuse">Why the format cannot hold a strided tensor; null when it can.</param>
    /// <exception cref="InvalidOperationException">The format cannot hold all of it: the message lists what.</exception>
    public static TensorSelection Take(
        PyValue root,
        WriteOptions options,
        string format,
        Func<string, TensorView, string?> refuse
    )
    {
        var selection = new TensorSelection();
        StateDictLocation? location = StateDictFinder.TryFind(root, ReadLimits.Trusted, default);
        if (location is not null)
        {
            selection.TakeStateDict(root, location);
        }
        else if (root is PyTensor)
        {
            throw new InvalidOperationException(
                $"Found a lone {root.Describe()}, expected names for tensors: put it in a dictionary."
            );
        }
        else
        {
            selection.TakeAll(root);
        }
        selection.RemoveRefused(refuse);
        if (!options.TensorsOnly && selection._leftOut.Count > 0)
        {
            throw new InvalidOperationException(
                $"Found what {format} cannot hold, expected nothing but plain tensors; {nameof(WriteOptions)}.{nameof(WriteOptions.TensorsOnly)} leaves it out: "
                    + LeftOutValue.Summarize(selection._leftOut)
            );
        }
        if (options.SharedTensors != SharedTensorPolicy.Clone)
        {
            selection.ResolveShared(options.SharedTensors, format);
        }
        return selection;
    }

    private void TakeStateDict(PyValue root, StateDictLocation location)
    {
        if (location.IsModule)
        {
            _leftOut.Add(new LeftOutValue(location.Path, CheckpointFacts.Describe(location.Value)));
        }
        foreach ((string name, PyValue value) in location.Read().Entries)
        {
            if (value is PyTensor tensor)
            {
                _tensors.Add(new(name, tensor.View));
            }
            else if (location.Path != TensorPaths.RootName)
            {
                _leftOut.Add(new LeftOutValue($"{location.Path}.{name}", CheckpointFacts.Describe(value)));
            }
        }
        _leftOut.AddRange(
            CheckpointFacts.Beside(root, location).Select(fact => new LeftOutValue(fact.Path, fact.Text))
        );
    }

    private void TakeAll(PyValue root)
    {
        IReadOnlyList<(string Name, PyTensor Tensor)> found = TensorPaths.Collect(
            root,
            ReadLimits.Trusted,
            new ErrorLocation(null),
            PyChild.Of
        );
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string name, PyTensor tensor) in found)
        {
            if (!names.Add(name))
            {
                throw new InvalidOperationException(
                    $"Found two tensors with the path '{name}', expected names that differ."
                );
            }
            _tensors.Add(new(name, tensor.View));
        }
        _leftOut.AddRange(OtherValues.Find(root).Select(other => new LeftOutValue(other.Path, other.Text)));
    }

    private void RemoveRefused(Func<string, TensorView, string?> refuse)
    {
        _tensors.RemoveAll(pair =>
        {
            string? reason = RefuseAlways(pair.Value) ?? refuse(pair.Key, pair.Value);
            if (reason is not null)
            {
                _leftOut.Add(new LeftOutValue(pair.Key, reason));
            }
            return reason is not null;
        });
    }

    private static string? RefuseAlways(TensorView view) =>
        view.Layout != TensorLayout.Strided ? $"{view.Layout} tensor"
        : view.Quantization is not null || view.DType.IsQuantized ? $"quantized tensor ({view.DType.TorchName})"
        : view.Storage.IsMeta ? "tensor on the meta device, which has no elements"
        : null;

    private void ResolveShared(SharedTensorPolicy policy, string format)
    {
        IReadOnlyList<SharedTensorGroup> groups = SharedTensorGroups.Find(_tensors);
        SharedTensorGroup[] refused =
            policy == SharedTensorPolicy.Error ? [.. groups] : [.. groups.Where(group => group.Kept is null)];
        if (refused.Length > 0)
        {
            string why =
                policy == SharedTensorPolicy.Error
                    ? $"tensors that share memory, which {format} cannot say"
                    : "tensors that share memory and none of which covers all of it, so that none can be kept for the others";
            throw new InvalidOperationException(
                $"Found {why}; {nameof(WriteOptions)}.{nameof(WriteOptions.SharedTensors)} says what to do with them:\n  "
                    + string.Join("\n  ", refused.Select(group => group.ToString()))
            );
        }
        foreach (SharedTensorGroup group in groups)
        {
            foreach (string name in group.Names.Where(name => name != group.Kept))
            {
                _dropped.Add(name, group.Kept!);
            }
        }
        _tensors.RemoveAll(pair => _dropped.ContainsKey(pair.Key));
    }
}
