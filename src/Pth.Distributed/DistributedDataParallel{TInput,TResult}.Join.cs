using Pth.Distributed.Gradients;
using static TorchSharp.torch;

namespace Pth.Distributed;

public partial class DistributedDataParallel<TInput, TResult>
{
    private bool _isJoining;
    private long _steps;

    private int BufferSource { get; set; }

    /// <summary>
    /// Trains with inputs of which ranks have different numbers: a rank whose <paramref name="training"/> returns early goes on taking part in
    /// the reductions of the others, with zeros, until all have returned. Then all ranks take the parameters and buffers of the one that went on
    /// the longest. All ranks must call it.
    /// </summary>
    /// <param name="training">A loop of forwards, backwards and steps.</param>
    /// <remarks>
    /// Gradients are divided by the number of all ranks, also when some have ended, as PyTorch does unless told otherwise. A forward costs one
    /// small reduction more. <see cref="SyncBatchNorm"/> cannot be in the module: its own reductions have no other side.
    /// If <paramref name="training"/> throws, the exception passes, and the other ranks learn of it by their group.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The module has a <see cref="SyncBatchNorm"/>, or it is in a join already.</exception>
    /// <exception cref="ProcessGroupException">The ranks could not speak with each other.</exception>
    public void Join(Action training)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (_isJoining || _module is SyncBatchNorm || _module.modules().Any(child => child is SyncBatchNorm))
        {
            throw new InvalidOperationException(
                "Join cannot be nested, and a SyncBatchNorm cannot be in the module: its reductions would have no other side."
            );
        }

        _isJoining = true;
        _steps = 0;
        try
        {
            training();
            while (TakePart()) { }
        }
        finally
        {
            _isJoining = false;
            BufferSource = 0;
        }

        // The one that went on the longest, and of several the highest rank.
        long[] last = [(_steps * Group.WorldSize) + Group.Rank];
        Group.AllReduce(last.AsSpan(), ReduceOp.Max);
        FlatTensors.Broadcast(Group, State(), (int)(last[0] % Group.WorldSize));
    }

    /// <summary>Tells the ranks that have ended what this one will do in its forward and backward.</summary>
    private void JoinStep(bool reduces)
    {
        if (!_isJoining)
        {
            return;
        }

        _steps++;
        _ = Agree(isActive: true, reduces, _buffersMayDiffer && Options.BroadcastBuffers);
    }

    /// <summary>Does the other side of one step of the ranks that go on; false if there is none.</summary>
    private bool TakePart()
    {
        JoinHeader header = Agree(isActive: false, reduces: false, givesBuffers: false);
        if (!header.IsActive)
        {
            return false;
        }

        if (header.GivesBuffers)
        {
            FlatTensors.Broadcast(Group, _module.buffers(), BufferSource);
        }

        if (header.Reduces)
        {
            _reducer.ReduceNothing();
        }

        return true;
    }

    private JoinHeader Agree(bool isActive, bool reduces, bool givesBuffers)
    {
        long[] header = [isActive ? Group.Rank : -1, reduces ? 1 : 0, givesBuffers ? 1 : 0];
        Group.AllReduce(header.AsSpan(), ReduceOp.Max);
        BufferSource = (int)Math.Max(header[0], 0);
        return new JoinHeader(header[0] >= 0, header[1] > 0, header[2] > 0);
    }

    private readonly record struct JoinHeader(bool IsActive, bool Reduces, bool GivesBuffers);
}
