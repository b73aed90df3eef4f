using System.Runtime.InteropServices;
using Pth.Distributed.Collectives;

namespace Pth.Distributed.Mpi;

/// <summary>A rank that is a process started by an MPI launcher.</summary>
internal sealed class MpiGroup : ProcessGroup
{
    /// <summary>SIGUSR1 of Linux.</summary>
    private const PosixSignal UserSignal = (PosixSignal)10;

    /// <summary>What a rank that only heard of a failure leaves to the one that failed, so that the cause is told once, and by that one.</summary>
    private static readonly TimeSpan Courtesy = TimeSpan.FromSeconds(3);

    private readonly MpiWorker _worker;
    private readonly MpiLibrary _mpi;
    private readonly PosixSignalRegistration? _deaths;
    private Thrown? _thrown;
    private int _closed;

    private MpiGroup(MpiWorker worker, MpiLibrary mpi, ProcessGroupOptions options)
        : base(mpi.Rank, mpi.Size, options)
    {
        _worker = worker;
        _mpi = mpi;
        AppDomain.CurrentDomain.UnhandledException += EndAll;
        AppDomain.CurrentDomain.ProcessExit += CloseAtExit;
        AppDomain.CurrentDomain.FirstChanceException += Remember;
        if (OperatingSystem.IsLinux() && mpi.Abi.Name == MpiAbi.Mpich)
        {
            // So mpiexec -disable-auto-cleanup says that another rank has died, which would end this one before it can report that.
            _deaths = PosixSignalRegistration.Create(UserSignal, signal => signal.Cancel = true);
        }
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
        base.Dispose(disposing);
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }
        // Called by a "using" that an exception passes, as it does in an async Main before it counts as unhandled: the others must not wait
        // for a rank that fails, nor take it for one that is done.
        if (Marshal.GetExceptionPointers() != 0)
        {
            Exception? error =
                _thrown is { } thrown && thrown.Thread == Environment.CurrentManagedThreadId ? thrown.Error : null;
            _worker.Fail(error is null ? "an exception" : $"{error.GetType().Name}: {error.Message}");
            return;
        }
        AppDomain.CurrentDomain.UnhandledException -= EndAll;
        AppDomain.CurrentDomain.ProcessExit -= CloseAtExit;
        AppDomain.CurrentDomain.FirstChanceException -= Remember;
        _worker.Close();
        _deaths?.Dispose();
    }

    /// <summary>A rank that throws ends the job: the others would wait for it.</summary>
    private void EndAll(object sender, UnhandledExceptionEventArgs unhandled)
    {
        if (unhandled.ExceptionObject is ProcessGroupException { Kind: ProcessGroupErrorKind.RankFailed })
        {
            Thread.Sleep(Courtesy);
        }
        _worker.Abort($"rank {Rank} of {WorldSize}: {unhandled.ExceptionObject}");
    }

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
                $"rank {Rank} of {WorldSize}: ended with exit code {Environment.ExitCode} before it closed its group"
            );
        }
    }

    private void Remember(object? sender, System.Runtime.ExceptionServices.FirstChanceExceptionEventArgs first) =>
        _thrown = new Thrown(first.Exception, Environment.CurrentManagedThreadId);

    private sealed record Thrown(Exception Error, int Thread);
}
