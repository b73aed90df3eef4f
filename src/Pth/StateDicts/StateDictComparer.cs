using System.Runtime.ExceptionServices;

namespace Pth.StateDicts;

/// <summary>Compares two state dicts: names first, then the tensors of both on all cores.</summary>
internal sealed class StateDictComparer
{
    private readonly StateDictComparisonOptions _options;
    private readonly OrderedDictionary<string, (string Source, TensorView Tensor)> _left;
    private readonly OrderedDictionary<string, (string Source, TensorView Tensor)> _right;
    private long _bytesDone;

    public StateDictComparer(StateDict left, StateDict right, StateDictComparisonOptions options)
    {
        _options = options;
        _left = Named(left, options.Map);
        _right = Named(right, options.Map);
    }

    public StateDictComparison Compare()
    {
        var common = new List<TensorDifference>();
        foreach ((string name, (string source, TensorView tensor)) in _left)
        {
            if (_right.TryGetValue(name, out (string Source, TensorView Tensor) other))
            {
                common.Add(new TensorDifference(name, source, other.Source, tensor, other.Tensor));
            }
        }
        return new StateDictComparison
        {
            OnlyLeft = [.. _left.Keys.Where(name => !_right.ContainsKey(name))],
            OnlyRight = [.. _right.Keys.Where(name => !_left.ContainsKey(name))],
            Common = _options.StructureOnly ? common : CompareValues(common),
        };
    }

    private static OrderedDictionary<string, (string Source, TensorView Tensor)> Named(
        StateDict state,
        IReadOnlyList<RenameRule> map
    )
    {
        StateDict renamed = state.Rename(map);
        var named = new OrderedDictionary<string, (string, TensorView)>(StringComparer.Ordinal);
        foreach ((string source, string name) in state.PreviewRename(map))
        {
            if (!renamed.TryGetValue(name, out TensorView? tensor))
            {
                continue;
            }
            if (tensor.Parts.IsEmpty)
            {
                named[name] = (source, tensor);
            }
            foreach (TensorPart part in tensor.Parts)
            {
                named[$"{name}.{part.Name}"] = ($"{source}.{part.Name}", part.Tensor);
            }
        }
        return named;
    }

    private TensorDifference[] CompareValues(List<TensorDifference> common)
    {
        var compared = new TensorDifference[common.Count];
        long total = common.Where(CanCompare).Sum(tensor => BytesOf(tensor));
        var parallel = new ParallelOptions { CancellationToken = _options.CancellationToken };
        try
        {
            Parallel.For(0, common.Count, parallel, i => compared[i] = CompareValues(common[i], total));
        }
        catch (AggregateException e)
        {
            // One is enough; which of several tensors failed first is chance.
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
        return compared;
    }

    private TensorDifference CompareValues(TensorDifference tensor, long total)
    {
        if (!CanCompare(tensor))
        {
            return tensor;
        }
        var values = TensorComparison.Compare(
            tensor.Left,
            tensor.Right,
            _options.Values,
            progress: null,
            _options.CancellationToken
        );
        long done = Interlocked.Add(ref _bytesDone, BytesOf(tensor));
        _options.Progress?.Report(new TransferProgress(done, total));
        return tensor with { Values = values };
    }

    private static long BytesOf(TensorDifference tensor) => tensor.Left.ByteCount + tensor.Right.ByteCount;

    private static bool CanCompare(TensorDifference tensor) =>
        tensor.HasSameShape
        && !tensor.Left.Storage.IsMeta
        && !tensor.Right.Storage.IsMeta
        // An element of float4_e2m1fn_x2 is two numbers: there is no pairing it with another type's.
        && (
            tensor.HasSameDType
            || (tensor.Left.DType != DType.Float4E2M1FnX2 && tensor.Right.DType != DType.Float4E2M1FnX2)
        );
}
