using static TorchSharp.torch;

namespace Pth.Distributed.Gradients;

/// <summary>Gradients of several parameters, one after the other in one flat tensor, that are reduced together.</summary>
internal sealed class GradientBucket : IDisposable
{
    private readonly Tensor _flat;
    private readonly ScalarType? _sentAs;
    private Tensor? _sent;
    private Work? _work;

    public GradientBucket(IReadOnlyList<GradientSlot> slots, GradientCompression compression)
    {
        Slots = slots;
        ScalarType type = slots[0].Parameter.dtype;
        Device device = slots[0].Parameter.device;
        using (no_grad())
        {
            _flat = zeros(slots.Sum(slot => slot.Parameter.numel()), type, device).DetachFromDisposeScope();
            long offset = 0;
            foreach (GradientSlot slot in slots)
            {
                long count = slot.Parameter.numel();
                using Tensor part = _flat.narrow(0, offset, count);
                slot.View = part.view(slot.Parameter.shape).DetachFromDisposeScope();
                slot.Bucket = this;
                offset += count;
            }
        }

        _sentAs = (compression, type) switch
        {
            (GradientCompression.Float16, ScalarType.Float32 or ScalarType.Float64) => ScalarType.Float16,
            (GradientCompression.BFloat16, ScalarType.Float32 or ScalarType.Float64) => ScalarType.BFloat16,
            _ => null,
        };
        Pending = slots.Count;
    }

    public IReadOnlyList<GradientSlot> Slots { get; }

    /// <summary>How many gradients are missing before it can be reduced.</summary>
    public int Pending { get; set; }

    /// <summary>Whether its reduction has been started and is complete.</summary>
    public bool IsReduced => _work?.IsCompleted == true;

    /// <summary>Starts the reduction.</summary>
    public void Launch(ProcessGroup group)
    {
        if (_sentAs is not { } type)
        {
            _work = group.AllReduceAsync(_flat, ReduceOp.Average);
            return;
        }

        // Divided before it is narrowed: the sum of large float16 values over many ranks would overflow.
        using (Tensor share = _flat.div(group.WorldSize))
        {
            _sent = share.to_type(type).DetachFromDisposeScope();
        }

        _work = group.AllReduceAsync(_sent, ReduceOp.Sum);
    }

    /// <summary>Waits for the reduction, and puts what was sent narrower back.</summary>
    public void Finish()
    {
        _work?.Wait();
        _work = null;
        if (_sent is { } sent)
        {
            _flat.copy_(sent);
            sent.Dispose();
            _sent = null;
        }
    }

    /// <summary>Makes it ready for the next backward.</summary>
    public void Reset()
    {
        Pending = Slots.Count;
        _work = null;
        foreach (GradientSlot slot in Slots)
        {
            slot.IsReady = false;
            slot.IsMissing = false;
        }
    }

    /// <summary>Fills it with zeros, the share of a rank that has no more data.</summary>
    public void Zero() => _flat.zero_();

    public void Dispose()
    {
        foreach (GradientSlot slot in Slots)
        {
            slot.View.Dispose();
        }

        _sent?.Dispose();
        _flat.Dispose();
    }
}
