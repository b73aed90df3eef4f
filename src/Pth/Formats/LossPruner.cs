using Pth.Bytes;
using Pth.Errors;

namespace Pth.Formats;

/// <summary>
/// Takes the tensors that are lost out of what a file held: entries of dictionaries and sets go, and in lists, tuples and the arguments of
/// calls, where the others must keep their places, <c>None</c> stands for them.
/// </summary>
internal sealed class LossPruner
{
    private readonly IReadOnlyDictionary<Storage, StorageLoss> _losses;
    private readonly LossReach _reach;
    private readonly Dictionary<PyTensor, PyTensor?> _rescued = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Storage, Storage> _prefixes = new(ReferenceEqualityComparer.Instance);

    public LossPruner(PyValue root, IReadOnlyDictionary<Storage, StorageLoss> losses)
    {
        _losses = losses;
        _reach = LossReach.Find(root, losses);
    }

    /// <summary>Why a tensor is lost; null where it is whole, also as a part of a storage that is not.</summary>
    public StorageLoss? LossOf(PyTensor tensor) => _reach[tensor] is { } loss && Rescue(tensor) is null ? loss : null;

    /// <summary>The root without what is lost; null where it is lost itself.</summary>
    /// <exception cref="CheckpointException">Something that is lost is where nothing can be left out: a key of a dictionary.</exception>
    public PyValue? Prune(PyValue root, ErrorLocation location)
    {
        if (IsLeaf(root))
        {
            return Replace(root);
        }
        if (_reach[root] is null)
        {
            return root;
        }
        var seen = new HashSet<PyValue>(ReferenceEqualityComparer.Instance) { root };
        var pending = new Stack<PyValue>([root]);
        while (pending.TryPop(out PyValue? value))
        {
            PruneChildren(value);
            foreach (PyValue child in LossReach.ChildrenOf(value))
            {
                if (!IsLeaf(child) && _reach[child] is not null && seen.Add(child))
                {
                    pending.Push(child);
                }
            }
        }
        return LossReach.Find(root, _losses)[root] is { } left
            ? throw location.Error(
                CheckpointErrorKind.Unsupported,
                $"a lost tensor where nothing can be left out ({left.Reason})",
                "lost tensors in dictionaries, lists, tuples and arguments"
            )
            : root;
    }

    private static bool IsLeaf(PyValue value) => value is PyTensor or PyStorage;

    /// <returns>The value itself where it is whole, what is left of it, or null.</returns>
    private PyValue? Replace(PyValue value) =>
        _reach[value] is null ? value
        : value is PyTensor tensor ? Rescue(tensor)
        : null;

    private void PruneChildren(PyValue value)
    {
        switch (value)
        {
            case PyDict dictionary:
                PruneEntries(dictionary);
                break;
            case PyList list:
                for (int i = 0; i < list.Count; i++)
                {
                    list[i] = IsLeaf(list[i]) ? Replace(list[i]) ?? PyNone.Value : list[i];
                }
                break;
            case PyTuple tuple:
                for (int i = 0; i < tuple.Count; i++)
                {
                    if (IsLeaf(tuple[i]) && _reach[tuple[i]] is not null)
                    {
                        _ = tuple.TryReplace(i, Replace(tuple[i]) ?? PyNone.Value);
                    }
                }
                break;
            case PySet set:
                foreach (PyValue item in set.Where(item => IsLeaf(item) && _reach[item] is not null).ToArray())
                {
                    set.Remove(item);
                }
                break;
            default:
                break;
        }
    }

    private void PruneEntries(PyDict dictionary)
    {
        foreach ((PyValue key, PyValue value) in dictionary.ToArray())
        {
            if (!IsLeaf(value) || _reach[value] is null)
            {
                continue;
            }
            if (Replace(value) is { } rest)
            {
                dictionary[key] = rest;
            }
            else
            {
                dictionary.Remove(key);
            }
        }
    }

    /// <summary>A tensor whose bytes are all there though its storage's are not.</summary>
    private PyTensor? Rescue(PyTensor tensor)
    {
        if (!_rescued.TryGetValue(tensor, out PyTensor? rescued))
        {
            _rescued.Add(tensor, rescued = MakeRescued(tensor.View));
        }
        return rescued;
    }

    private PyTensor? MakeRescued(TensorView view)
    {
        if (
            view.Layout != TensorLayout.Strided
            || view.Quantization is not null
            || !_losses.TryGetValue(view.Storage, out StorageLoss? loss)
            || loss.Prefix is not { } prefix
        )
        {
            return null;
        }
        // Whole elements of the storage's type, as it is saved by their number.
        long length = prefix.Length / view.Storage.DType.ItemSize * view.Storage.DType.ItemSize;
        if (
            TensorBounds.FindFault(length, view.DType, view.Shape.AsSpan(), view.Strides.AsSpan(), view.Offset)
            is not null
        )
        {
            return null;
        }
        if (!_prefixes.TryGetValue(view.Storage, out Storage? storage))
        {
            storage = new Storage(prefix.Slice(0, length), view.Storage.DType) { Key = view.Storage.Key };
            _prefixes.Add(view.Storage, storage);
        }
        return new PyTensor(
            new TensorView(storage, view.DType, view.Shape, view.Strides, view.Offset)
            {
                RequiresGrad = view.RequiresGrad,
                IsParameter = view.IsParameter,
                IsConjugated = view.IsConjugated,
                IsNegated = view.IsNegated,
            }
        );
    }
}
