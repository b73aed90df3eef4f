using System.Collections.Concurrent;
using Pth.Distributed.Collectives;

namespace Pth.Distributed.Mpi;

/// <summary>
/// The communication thread: it alone calls MPI, and does the operations of its queue one after the other.
/// </summary>
internal sealed class MpiWorker
{
    /// <summary>How long messages of a rank that has left may still be on their way.</summary>
    private const int Grace = 500;

    /// <summary>
    /// How long a rank whose group has failed stays: launchers end all ranks when the first one goes without ending MPI, and the others may
    /// have something to say.
    /// </summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    /// <summary>How long a launcher has for passing on what this rank said last: some end all at once and drop what they have not read.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    /// <summary>How often a thread without work looks whether another rank has failed.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentQueue<Collective> _queue = new();
    private readonly object _gate = new();
    private readonly TaskCompletionSource<MpiLibrary> _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ProcessGroupOptions _options;
    private readonly Task _life;
    private volatile bool _closing;
    private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _abort;
    private volatile string? _failure;
    private ProcessGroupException? _broken;

    /// <param name="options">How the group works.</param>
    /// <param name="load">Loads the library, on the thread that will use it.</param>
    public MpiWorker(ProcessGroupOptions options, Func<MpiLibrary> load)
    {
        _options = options;
        _life = Task.Factory.StartNew(
            () => Live(load),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        _ = _life.ContinueWith(
            End,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    /// <summary>Waits until MPI runs.</summary>
    public MpiLibrary Join() => _joined.Task.GetAwaiter().GetResult();

    public void Post(Collective collective)
    {
        _queue.Enqueue(collective);
        if (_life.IsCompleted)
        {
            End(_life);
            return;
        }
        Wake();
    }

    /// <summary>Does what was posted, says farewell and ends MPI.</summary>
    public void Close()
    {
        _closing = true;
        Wake();
        Task.WaitAny(_life);
    }

    /// <summary>Tells the others that this rank has failed and will not go on, and why; what is under way here is given up.</summary>
    public void Fail(string problem)
    {
        _failure = problem;
        Wake();
        Task.WaitAny(_told.Task, _life);
    }

    /// <summary>Says why on standard error and ends all ranks.</summary>
    public void Abort(string message)
    {
        _abort = message;
        Wake();
        // The process ends meanwhile. Where MPI hangs, whoever called ends it.
        Task.WaitAny([_life], TimeSpan.FromSeconds(10));
    }

    private void Live(Func<MpiLibrary> load)
    {
        MpiLibrary mpi = load();
        mpi.Start();
        MpiPort port = new(mpi, _options);
        MpiFarewells farewells = new(mpi);
        _joined.SetResult(mpi);
        bool hasEnded = false;
        while (true)
        {
            Sleep();
            AbortIfAsked(mpi);
            if (_queue.TryDequeue(out Collective? collective))
            {
                Guarded(mpi, port, farewells, collective);
            }
            else if (_failure is string failure)
            {
                // The thread stays: the exception may yet turn out to be one that nobody handles.
                _failure = null;
                if (_broken is null)
                {
                    _broken = Own(mpi, failure);
                    Tell(farewells, failure);
                }
                _told.TrySetResult();
            }
            else if (_closing)
            {
                Guarded(mpi, port, farewells, null, Leave);
                if (!hasEnded)
                {
                    Thread.Sleep(Farewell);
                }
                return;
            }
            else
            {
                Guarded(mpi, port, farewells, null, farewells.Listen);
            }
        }

        void Leave()
        {
            if (_broken is null && SaidFarewell(mpi, farewells))
            {
                port.Dispose();
                farewells.Dispose();
                mpi.End();
                hasEnded = true;
            }
        }
    }

    private void Wake()
    {
        lock (_gate)
        {
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Until there is something to do, or it is time to look around.</summary>
    private void Sleep()
    {
        lock (_gate)
        {
            if (_queue.IsEmpty && !_closing && _abort is null && _failure is null)
            {
                Monitor.Wait(_gate, Idle);
            }
        }
    }

    /// <summary>Does something that may fail: then the group is broken, and the others are told.</summary>
    private void Guarded(
        MpiLibrary mpi,
        MpiPort port,
        MpiFarewells farewells,
        Collective? collective,
        Action? other = null
    )
    {
        if (_broken is not null)
        {
            collective?.Fail(FailedBefore(mpi, collective, _broken));
            return;
        }
        try
        {
            if (collective is null)
            {
                other?.Invoke();
            }
            else
            {
                Do(mpi, port, farewells, collective);
            }
        }
        catch (ProcessGroupException error)
        {
            ProcessGroupException told = Told(mpi, collective, error);
            _broken = told;
            collective?.Fail(told);
            port.Abandon();
            Tell(farewells, told.Operation is null ? told.Problem : $"{told.Operation}: {told.Problem}");
        }
    }

    private void Do(MpiLibrary mpi, MpiPort port, MpiFarewells farewells, Collective collective)
    {
        farewells.Listen();
        if (farewells.Failure is not null)
        {
            throw Problem(mpi, collective, ProcessGroupErrorKind.RankFailed, farewells.Failure);
        }
        if (_options.CheckAgreement && mpi.Size > 1)
        {
            Agreement agreement = new(port);
            agreement.Begin(collective);
            Run(mpi, port, farewells, collective);
            if (agreement.Difference() is string difference)
            {
                throw Problem(mpi, collective, ProcessGroupErrorKind.Disagreement, difference);
            }
        }
        if (collective.Kind == CollectiveKind.Barrier || collective.Count > 0)
        {
            port.Clear();
            MpiExchange.Begin(port, collective);
            Run(mpi, port, farewells, collective);
        }
        collective.Complete();
    }

    /// <summary>Until all messages of what was begun are there.</summary>
    private void Run(MpiLibrary mpi, MpiPort port, MpiFarewells farewells, Collective collective)
    {
        Patience patience = new();
        while (port.IsActive)
        {
            if (port.Progress())
            {
                patience.Reset();
                continue;
            }
            if (patience.Pause(collective.Work.IsWaitedFor))
            {
                AbortIfAsked(mpi);
                GiveUpInVain(mpi, port, farewells, collective, patience);
            }
        }
    }

    /// <summary>Throws where those who are waited for have failed, left or not been heard of for too long.</summary>
    private void GiveUpInVain(
        MpiLibrary mpi,
        MpiPort port,
        MpiFarewells farewells,
        Collective collective,
        Patience patience
    )
    {
        farewells.Listen();
        if (_failure is string own)
        {
            throw Own(mpi, own);
        }
        if (farewells.Failure is not null)
        {
            throw Problem(mpi, collective, ProcessGroupErrorKind.RankFailed, farewells.Failure);
        }
        TimeSpan waited = patience.Waited;
        long left = Environment.TickCount64 - Grace;
        int gone = port.Missing.FirstOrDefault(peer => farewells.LeftAt[peer] > 0 && farewells.LeftAt[peer] < left, -1);
        if (gone >= 0 && waited.TotalMilliseconds > Grace)
        {
            throw Problem(
                mpi,
                collective,
                ProcessGroupErrorKind.RankLeft,
                $"rank {gone} has closed its group or ended"
            );
        }
        if (_options.Timeout != Timeout.InfiniteTimeSpan && waited > _options.Timeout)
        {
            string missing = string.Join(" and ", port.Missing.Select(rank => $"rank {rank}"));
            throw Problem(
                mpi,
                collective,
                ProcessGroupErrorKind.TimedOut,
                $"nothing came from {missing} within {_options.Timeout}"
            );
        }
    }

    /// <summary>Waits for the farewells of the others, so that nobody ends MPI under those who still use it.</summary>
    private bool SaidFarewell(MpiLibrary mpi, MpiFarewells farewells)
    {
        farewells.Say(null);
        Patience patience = new();
        while (!farewells.Send() || !farewells.AllHeard)
        {
            farewells.Listen();
            if (farewells.Failure is not null)
            {
                return false;
            }
            if (patience.Pause(false))
            {
                AbortIfAsked(mpi);
                if (_options.Timeout != Timeout.InfiniteTimeSpan && patience.Waited > _options.Timeout)
                {
                    return false;
                }
            }
        }
        return farewells.Failure is null;
    }

    private static void Tell(MpiFarewells farewells, string problem)
    {
        try
        {
            farewells.Say(problem);
            Patience patience = new();
            while (!farewells.Send() && patience.Waited.TotalMilliseconds < Grace)
            {
                patience.Pause(false);
            }
        }
        catch (ProcessGroupException)
        {
            // MPI itself is what failed. The others have their time-out.
        }
    }

    private void AbortIfAsked(MpiLibrary mpi)
    {
        if (_abort is string message)
        {
            Console.Error.WriteLine(message);
            Console.Error.Flush();
            Thread.Sleep(LastWords);
            mpi.Abort(1);
        }
    }

    private static ProcessGroupException Own(MpiLibrary mpi, string failure) =>
        new(ProcessGroupErrorKind.Closed, mpi.Rank, mpi.Size, null, $"the group was closed by an exception: {failure}");

    private static ProcessGroupException Problem(
        MpiLibrary mpi,
        Collective collective,
        ProcessGroupErrorKind kind,
        string problem
    ) => new(kind, mpi.Rank, mpi.Size, collective.Name, problem);

    /// <summary>What went wrong, told of the operation that met it.</summary>
    private static ProcessGroupException Told(MpiLibrary mpi, Collective? collective, ProcessGroupException error) =>
        collective is null || error.Operation == collective.Name
            ? error
            : Problem(
                mpi,
                collective,
                error.Kind,
                error.Operation is null ? error.Problem : $"{error.Operation}: {error.Problem}"
            );

    private static ProcessGroupException FailedBefore(
        MpiLibrary mpi,
        Collective collective,
        ProcessGroupException error
    ) =>
        new(
            error.Kind,
            mpi.Rank,
            mpi.Size,
            collective.Name,
            $"the group has failed before: {(error.Operation is null ? "" : error.Operation + ": ")}{error.Problem}",
            error
        );

    /// <summary>The thread has ended, well or not: what is or will be in the queue is not done.</summary>
    private void End(Task life)
    {
        Exception? error = life.Exception?.InnerException;
        if (error is not null)
        {
            _joined.TrySetException(error);
        }
        while (_queue.TryDequeue(out Collective? collective))
        {
            collective.Fail(
                new ProcessGroupException(
                    ProcessGroupErrorKind.Closed,
                    0,
                    1,
                    collective.Name,
                    error is null ? "the group is closed" : $"the group is closed: {error.Message}",
                    error
                )
            );
        }
    }
}
