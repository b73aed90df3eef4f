using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace Pth.Distributed.Gradients;

internal sealed partial class GradientReducer
{
    /// <summary>Takes part in a reduction with nothing, for a rank that has no more data.</summary>
    public void ReduceNothing()
    {
        lock (_lock)
        {
            using (no_grad())
            {
                _buckets.ForEach(bucket => bucket.Zero());
                _buckets.ForEach(bucket => bucket.Launch(_group));
                _launched = _buckets.Count;
                _slots.ForEach(slot => slot.IsUsed = false);
                int[]? used = _findUnused ? ReduceUsed() : null;
                _buckets.ForEach(bucket => bucket.Finish());
                Complete(used);
            }
        }
    }

    private void Finish()
    {
        OverlappedBuckets = _launched;
        if (Hooks != GradientHookKind.Native)
        {
            _slots.ForEach(slot => slot.IsUsed |= HasGradient(slot));
        }

        List<GradientSlot> missing = [.. _slots.Where(slot => !slot.IsReady && !slot.IsUsed)];
        if (missing.Count > 0 && !_findUnused)
        {
            throw Unused(missing);
        }

        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            _slots.ForEach(Ready);
            long began = Stopwatch.GetTimestamp();
            int[]? used = _findUnused ? ReduceUsed() : null;
            _buckets.ForEach(bucket => bucket.Finish());
            ReductionWait = Stopwatch.GetElapsedTime(began);
            Complete(used);
        }
    }

    /// <summary>How many ranks used each parameter.</summary>
    private int[] ReduceUsed()
    {
        int[] used = [.. _slots.Select(slot => slot.IsUsed ? 1 : 0)];
        _group.AllReduce(used.AsSpan());
        return used;
    }

    /// <summary>Gives a gradient to the parameters that had none here but on another rank, and makes ready for the next backward.</summary>
    private void Complete(int[]? used)
    {
        for (int i = 0; i < _slots.Count; i++)
        {
            if (_slots[i].IsMissing && used is not null && used[i] > 0)
            {
                _slots[i].AssignView();
            }

            _slots[i].IsUsed = false;
        }

        Reset();
        IsAwaitingReduction = false;
    }

    private void Reset()
    {
        _buckets.ForEach(bucket => bucket.Reset());
        _launched = 0;
        _isInBackward = false;
    }

    /// <summary>Runs what libtorch's frames call. No exception may pass through them: it would end the process.</summary>
    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
    }

    private void Fail(Exception failure)
    {
        _failure = failure;
        foreach (GradientSlot slot in _slots)
        {
            slot.Parameter.grad = null;
        }

        if (Hooks == GradientHookKind.Native)
        {
            BackwardCallback.QueueError(failure.Message);
        }
    }

    private static bool HasGradient(GradientSlot slot)
    {
        using Tensor? gradient = slot.Parameter.grad;
        return gradient is not null;
    }

    private InvalidOperationException Unused(List<GradientSlot> missing)
    {
        const int Shown = 10;
        string names = string.Join(", ", missing.Take(Shown).Select(slot => slot.Name));
        string more = missing.Count > Shown ? $" and {missing.Count - Shown} more" : "";
        return new InvalidOperationException(
            $"Rank {_group.Rank}: {missing.Count} of {_slots.Count} parameters got no gradient in this backward: {names}{more}. "
                + "All ranks reduce all parameters; if the loss does not depend on some of them, set FindUnusedParameters."
        );
    }
}
