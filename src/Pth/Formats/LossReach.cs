namespace Pth.Formats;

/// <summary>
/// Which values need a storage that is lost: the storage itself, the tensors made of it, and all that holds those. Each value is looked at
/// once, whatever refers to it and however often.
/// </summary>
internal sealed class LossReach
{
    private readonly IReadOnlyDictionary<Storage, StorageLoss> _losses;
    private readonly Dictionary<PyValue, StorageLoss> _reached = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<PyValue, List<PyValue>> _holders = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<PyValue> _rising = new();

    private LossReach(IReadOnlyDictionary<Storage, StorageLoss> losses) => _losses = losses;

    /// <summary>Looks through everything below a value.</summary>
    public static LossReach Find(PyValue root, IReadOnlyDictionary<Storage, StorageLoss> losses)
    {
        var reach = new LossReach(losses);
        if (losses.Count > 0)
        {
            reach.Walk(root);
        }
        return reach;
    }

    /// <summary>Why a value cannot be had; null when nothing below it is lost.</summary>
    public StorageLoss? this[PyValue value] => _reached.GetValueOrDefault(value);

    /// <summary>Everything directly in a value, also the call that a tensor was read from.</summary>
    public static IEnumerable<PyValue> ChildrenOf(PyValue value) =>
        value switch
        {
            PyDict dictionary => dictionary.Keys.Concat(dictionary.Values).Concat(dictionary.States),
            PyList list => list,
            PyTuple tuple => tuple,
            PySet set => set,
            PyTensor { Source: { } source } => [source],
            PyPersistent persistent => [persistent.Id],
            PyObject instance => OfObject(instance),
            _ => [],
        };

    private static IEnumerable<PyValue> OfObject(PyObject instance) =>
        new[]
        {
            instance.Callable,
            instance.Arguments,
            instance.Keywords,
            instance.Items,
            instance.Entries,
            instance.State,
        }
            .OfType<PyValue>()
            .Concat(instance.LaterStates);

    private static bool HasChildren(PyValue value) =>
        value is PyDict or PyList or PyTuple or PySet or PyTensor or PyPersistent or PyObject;

    private void Walk(PyValue root)
    {
        var seen = new HashSet<PyValue>(ReferenceEqualityComparer.Instance) { root };
        var pending = new Stack<PyValue>([root]);
        while (pending.TryPop(out PyValue? value))
        {
            if (LossOf(value) is { } loss)
            {
                Reach(value, loss);
            }
            foreach (PyValue child in ChildrenOf(value))
            {
                if (child is not PyStorage && !HasChildren(child))
                {
                    continue;
                }
                if (!_holders.TryGetValue(child, out List<PyValue>? holders))
                {
                    _holders.Add(child, holders = []);
                }
                holders.Add(value);
                if (seen.Add(child))
                {
                    pending.Push(child);
                }
            }
        }
        while (_rising.TryPop(out PyValue? value))
        {
            foreach (PyValue holder in _holders.GetValueOrDefault(value) ?? [])
            {
                Reach(holder, _reached[value]);
            }
        }
    }

    private void Reach(PyValue value, StorageLoss loss)
    {
        if (_reached.TryAdd(value, loss))
        {
            _rising.Push(value);
        }
    }

    private StorageLoss? LossOf(PyValue value) =>
        value switch
        {
            PyStorage storage => _losses.GetValueOrDefault(storage.Storage),
            PyTensor tensor => LossOf(tensor.View),
            _ => null,
        };

    private StorageLoss? LossOf(TensorView view)
    {
        foreach (TensorPart part in view.Parts)
        {
            if (LossOf(part.Tensor) is { } loss)
            {
                return loss;
            }
        }
        return view.Parts.IsEmpty ? _losses.GetValueOrDefault(view.Storage) : null;
    }
}
