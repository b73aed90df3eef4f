using System.Runtime.InteropServices;

namespace Pth.Cli.Console;

/// <summary>Ctrl-C and a polite kill as a cancelled token, so that a half-written file is taken away. The second one kills.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private volatile bool _isTerminated;

    public Interruption()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>The exit code, which tells Ctrl-C and a kill apart as shells do.</summary>
    public int Explain(int exitCode) =>
        exitCode == ExitCode.Interrupted && _isTerminated ? ExitCode.Terminated : exitCode;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _source.Dispose();
    }

    private void Cancel(PosixSignalContext context)
    {
        // The first one counts.
        _isTerminated |= context.Signal == PosixSignal.SIGTERM && !_source.IsCancellationRequested;
        context.Cancel = !_source.IsCancellationRequested;
        _source.Cancel();
    }
}
