using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Distributed.Gradients;

/// <summary>
/// Averages the gradients of a module over the ranks of a group, bucket by bucket, in the same order on all ranks: a bucket is sent when its
/// gradients and those of all buckets before it are there.
/// </summary>
/// <remarks>
/// What ends a backward: the engine's callback with native hooks, the marker at the input with portable ones, or a call. Then the rest is sent, and
/// waited for. Nothing here may throw into libtorch: an error is kept, the gradients are dropped (so that no optimizer takes a step with
/// gradients of half of the ranks), and it comes out of <c>backward()</c> where hooks are native, and of the next use in any case.
/// </remarks>
internal sealed partial class GradientReducer : IDisposable
{
    private readonly ProcessGroup _group;
    private readonly bool _findUnused;
    private readonly List<GradientSlot> _slots;
    private readonly List<GradientBucket> _buckets;
    private readonly Lock _lock = new();
    private int _launched;
    private bool _isInBackward;
    private Exception? _failure;

    public GradientReducer(
        ProcessGroup group,
        IEnumerable<(string Name, Parameter Parameter)> parameters,
        DistributedDataParallelOptions options
    )
    {
        _group = group;
        _findUnused = options.FindUnusedParameters;
        Hooks = options.Hooks switch
        {
            GradientHookKind.Automatic => NativeAutograd.IsAvailable
                ? GradientHookKind.Native
                : GradientHookKind.Portable,
            GradientHookKind kind => kind,
        };
        HashSet<nint> seen = [];
        _slots =
        [
            .. parameters
                .Where(entry => entry.Parameter.requires_grad && seen.Add(GradientSlot.IdentityOf(entry.Parameter)))
                .Select(entry => new GradientSlot(entry.Name, entry.Parameter, this)),
        ];
        List<(long, ScalarType, string)> sizes =
        [
            .. _slots.Select(slot =>
                (
                    slot.Parameter.numel() * slot.Parameter.ElementSize,
                    slot.Parameter.dtype,
                    slot.Parameter.device.ToString()
                )
            ),
        ];
        _buckets =
        [
            .. BucketPlan
                .Make(sizes, options.FirstBucketBytes, options.BucketBytes)
                .Select(members => new GradientBucket([.. members.Select(i => _slots[i])], options.Compression)),
        ];
        if (Hooks == GradientHookKind.Native)
        {
            NativeAutograd.Require();
            _slots.ForEach(slot => PostAccumulateGradHook.Set(slot.Parameter, slot));
        }
    }

    /// <summary>How it learns of gradients; never <see cref="GradientHookKind.Automatic"/>.</summary>
    public GradientHookKind Hooks { get; }

    /// <summary>Whether backward passes are reduced; the forward decides.</summary>
    public bool IsSynchronizing { get; set; }

    /// <summary>Whether a backward has been done whose gradients are not reduced, where hooks do not do it.</summary>
    public bool IsAwaitingReduction { get; private set; }

    /// <summary>The gradients' parameters, in the order of the module.</summary>
    public IEnumerable<Parameter> Parameters => _slots.Select(slot => slot.Parameter);

    /// <summary>How many buckets there are.</summary>
    public int BucketCount => _buckets.Count;

    /// <summary>How many buckets were sent before the backward had ended, in the last reduction.</summary>
    public int OverlappedBuckets { get; private set; }

    /// <summary>How long the last reduction was waited for when all gradients were there.</summary>
    public TimeSpan ReductionWait { get; private set; }

    /// <summary>How many buckets of the backward that runs are averaged by now.</summary>
    public int ReducedBuckets => _buckets.Count(bucket => bucket.IsReduced);

    /// <summary>Tells that a forward begins whose backward will be reduced.</summary>
    public void PrepareForBackward()
    {
        ThrowIfFailed();
        if (IsAwaitingReduction)
        {
            throw new InvalidOperationException(
                "The gradients of the backward before were not reduced: call ReduceGradients() after backward(), before the optimizer's step."
            );
        }

        IsSynchronizing = true;
    }

    /// <summary>A backward has begun whose gradients a call will reduce.</summary>
    public void AwaitReduction() => IsAwaitingReduction = IsSynchronizing;

    /// <summary>Throws what went wrong in an earlier backward.</summary>
    public void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            throw new InvalidOperationException(
                $"The gradients of an earlier backward could not be reduced, and were dropped: {failure.Message}",
                failure
            );
        }
    }

    /// <summary>A hook tells that the gradient of this backward is there.</summary>
    public void GradientAccumulated(GradientSlot slot)
    {
        lock (_lock)
        {
            slot.IsUsed = true;
            if (!IsSynchronizing || _failure is not null)
            {
                return;
            }

            Guard(() =>
            {
                BeginBackward();
                Ready(slot);
            });
        }
    }

    /// <summary>A backward begins: with native hooks, asks to be told when it ends.</summary>
    public void BackwardBegins()
    {
        lock (_lock)
        {
            if (IsSynchronizing && _failure is null)
            {
                Guard(BeginBackward);
            }
        }
    }

    /// <summary>Sends what was not sent, and waits for all; an error is kept.</summary>
    public void BackwardEnded()
    {
        lock (_lock)
        {
            if (!IsSynchronizing || _failure is not null)
            {
                return;
            }

            Guard(Finish);
        }
    }

    /// <summary>The same, asked for by hand.</summary>
    /// <exception cref="InvalidOperationException">Parameters got no gradient.</exception>
    public void Reduce()
    {
        lock (_lock)
        {
            ThrowIfFailed();
            Finish();
        }
    }

    public void Dispose()
    {
        if (Hooks == GradientHookKind.Native)
        {
            foreach (GradientSlot slot in _slots.Where(slot => !slot.Parameter.IsInvalid))
            {
                PostAccumulateGradHook.Clear(slot.Parameter);
            }
        }

        _buckets.ForEach(bucket => bucket.Dispose());
    }

    private void BeginBackward()
    {
        if (_isInBackward)
        {
            return;
        }

        _isInBackward = true;
        OverlappedBuckets = 0;
        if (Hooks == GradientHookKind.Native)
        {
            BackwardCallback.Queue(BackwardEnded);
        }
    }

    private void Ready(GradientSlot slot)
    {
        if (slot.IsReady)
        {
            return;
        }

        slot.IsReady = true;
        using (DisposeScope scope = NewDisposeScope())
        using (no_grad())
        {
            slot.MoveIntoBucket();
        }

        slot.Bucket.Pending--;
        while (_launched < _buckets.Count && _buckets[_launched].Pending == 0)
        {
            _buckets[_launched].Launch(_group);
            _launched++;
        }
    }
}
