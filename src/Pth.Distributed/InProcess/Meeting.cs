using Pth.Distributed.Collectives;

namespace Pth.Distributed.InProcess;

/// <summary>
/// Where the threads of a group meet: an operation is done by the thread that comes last, in the order of the ranks.
/// </summary>
internal sealed class Meeting : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<Collective>[] _posted;
    private readonly bool[] _left;
    private readonly Timer _clock;
    private long _since = Environment.TickCount64;
    private Reason? _broken;

    public Meeting(int worldSize, ProcessGroupOptions options)
    {
        WorldSize = worldSize;
        Options = options;
        _posted = [.. Enumerable.Range(0, worldSize).Select(_ => new Queue<Collective>())];
        _left = new bool[worldSize];
        TimeSpan look =
            options.Timeout == Timeout.InfiniteTimeSpan || worldSize == 1
                ? Timeout.InfiniteTimeSpan
                : TimeSpan.FromMilliseconds(Math.Clamp(options.Timeout.TotalMilliseconds / 8, 10, 1000));
        _clock = new Timer(_ => Look(), null, look, look);
    }

    public int WorldSize { get; }

    public ProcessGroupOptions Options { get; }

    /// <summary>What the first rank that threw said.</summary>
    public ProcessGroupException? FirstFailure { get; private set; }

    public void Post(int rank, Collective collective)
    {
        lock (_lock)
        {
            if (_left[rank])
            {
                Fail(rank, collective, new Reason(ProcessGroupErrorKind.Closed, "the group is closed", null));
                return;
            }
            if (_broken is not null)
            {
                Fail(rank, collective, _broken);
                return;
            }
            if (_posted.All(queue => queue.Count == 0))
            {
                _since = Environment.TickCount64;
            }
            _posted[rank].Enqueue(collective);
            if (_posted.All(queue => queue.Count > 0))
            {
                // Under the lock: operations run one after the other.
                Meet([.. _posted.Select(queue => queue.Dequeue())]);
                _since = Environment.TickCount64;
            }
            NoticeAbsence();
        }
    }

    /// <summary>The rank takes part no more: its body has ended, or it closed its group.</summary>
    public void Leave(int rank, Exception? error)
    {
        lock (_lock)
        {
            if (error is ProcessGroupException heard)
            {
                // Most often it tells what another rank did.
                FirstFailure ??= heard;
                Break(new Reason(heard.Kind, heard.Message, heard));
            }
            else if (error is not null)
            {
                string said = $"{error.GetType().Name}: {error.Message}";
                FirstFailure ??= new ProcessGroupException(
                    ProcessGroupErrorKind.RankFailed,
                    rank,
                    WorldSize,
                    null,
                    said,
                    error
                );
                Break(new Reason(ProcessGroupErrorKind.RankFailed, $"rank {rank} failed: {said}", error));
            }
            _left[rank] = true;
            NoticeAbsence();
        }
    }

    public void Dispose() => _clock.Dispose();

    private void Meet(Collective[] ranks)
    {
        string[] names = [.. ranks.Select(rank => rank.Name)];
        if (names.Distinct(StringComparer.Ordinal).Count() > 1)
        {
            string all = string.Join(", ", names.Select((name, rank) => $"rank {rank} {name}"));
            Reason reason = new(ProcessGroupErrorKind.Disagreement, $"the ranks ask for different things: {all}", null);
            for (int rank = 0; rank < WorldSize; rank++)
            {
                Fail(rank, ranks[rank], reason);
            }
            Break(reason);
            return;
        }
        MemoryExchange.Run(ranks);
        Array.ForEach(ranks, rank => rank.Complete());
    }

    /// <summary>Who waits for a rank that has left waits in vain.</summary>
    private void NoticeAbsence()
    {
        if (_broken is not null || _posted.All(queue => queue.Count == 0))
        {
            return;
        }
        int absent = Enumerable.Range(0, WorldSize).FirstOrDefault(rank => _left[rank] && _posted[rank].Count == 0, -1);
        if (absent >= 0)
        {
            Break(new Reason(ProcessGroupErrorKind.RankLeft, $"rank {absent} has closed its group or ended", null));
        }
    }

    private void Look()
    {
        lock (_lock)
        {
            if (
                _broken is null
                && _posted.Any(queue => queue.Count > 0)
                && Environment.TickCount64 - _since >= Options.Timeout.TotalMilliseconds
            )
            {
                string missing = string.Join(
                    " and ",
                    Enumerable
                        .Range(0, WorldSize)
                        .Where(rank => _posted[rank].Count == 0)
                        .Select(rank => $"rank {rank}")
                );
                Break(
                    new Reason(
                        ProcessGroupErrorKind.TimedOut,
                        $"nothing came from {missing} within {Options.Timeout}",
                        null
                    )
                );
            }
        }
    }

    /// <summary>All that waits ends, each with what it waited for and why in vain.</summary>
    private void Break(Reason reason)
    {
        _broken ??= reason;
        for (int rank = 0; rank < WorldSize; rank++)
        {
            while (_posted[rank].TryDequeue(out Collective? waiting))
            {
                Fail(rank, waiting, _broken);
            }
        }
    }

    private void Fail(int rank, Collective collective, Reason reason) =>
        collective.Fail(
            new ProcessGroupException(reason.Kind, rank, WorldSize, collective.Name, reason.Problem, reason.Cause)
        );

    private sealed record Reason(ProcessGroupErrorKind Kind, string Problem, Exception? Cause);
}
