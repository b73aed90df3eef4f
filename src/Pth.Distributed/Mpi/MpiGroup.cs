using Pth.Distributed.Collectives;

namespace Pth.Distributed.Mpi;

/// <summary>A rank that is a process started by an MPI launcher.</summary>
internal sealed class MpiGroup : ProcessGroup
{
    private readonly MpiWorker _worker;
    private readonly MpiLibrary _mpi;
    private int _closed;

    private MpiGroup(MpiWorker worker, MpiLibrary mpi, ProcessGroupOptions options)
        : base(mpi.Rank, mpi.Size, options)
    {
        _worker = worker;
        _mpi = mpi;
        AppDomain.CurrentDomain.UnhandledException += EndAll;
        AppDomain.CurrentDomain.ProcessExit += CloseAtExit;
    }

    public override string Transport => _mpi.Version;

    public static MpiGroup Join(MpiLauncher? launcher, ProcessGroupOptions options)
    {
        MpiWorker worker = new(options, () => MpiLoader.Load(launcher, options.MpiLibrary));
        MpiLibrary mpi = worker.Join();
        if (launcher?.Size is int size && size != mpi.Size)
        {
            worker.Close();
            throw new InvalidOperationException(
                $"found {mpi.Version}, which sees {mpi.Size} process, in one of {size} processes started by {launcher.Name}, expected a library "
                    + $"that belongs to the launcher: name it in {MpiLoader.Variable}"
            );
        }
        return new MpiGroup(worker, mpi, options);
    }

    private protected override void Start(Collective collective)
    {
        if (Volatile.Read(ref _closed) != 0)
        {
            collective.Fail(
                new ProcessGroupException(
                    ProcessGroupErrorKind.Closed,
                    Rank,
                    WorldSize,
                    collective.Name,
                    "the group is closed"
                )
            );
            return;
        }
        _worker.Post(collective);
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            AppDomain.CurrentDomain.UnhandledException -= EndAll;
            AppDomain.CurrentDomain.ProcessExit -= CloseAtExit;
            _worker.Close();
        }
    }

    /// <summary>A rank that throws ends the job: the others would wait for it.</summary>
    private void EndAll(object sender, UnhandledExceptionEventArgs unhandled) =>
        _worker.Abort($"rank {Rank} of {WorldSize}: {unhandled.ExceptionObject}");

    /// <summary>A program that ends well without closing its group has done what it should; one that does not, ends the others.</summary>
    private void CloseAtExit(object? sender, EventArgs exit)
    {
        if (Environment.ExitCode == 0)
        {
            Dispose();
        }
        else
        {
            _worker.Abort(
                $"rank {Rank} of {WorldSize}: ended with exit code {Environment.ExitCode} and without closing its group"
            );
        }
    }
}
