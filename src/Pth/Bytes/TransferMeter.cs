using System.Diagnostics;

namespace Pth.Bytes;

/// <summary>Counts the bytes that several threads move, and reports them in order and not too often.</summary>
internal sealed class TransferMeter(IProgress<TransferProgress>? progress, long total)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private long _done;
    private long _lastReport = Stopwatch.GetTimestamp();

    public void Add(long bytes)
    {
        if (progress is null)
        {
            return;
        }
        Interlocked.Add(ref _done, bytes);
        // Who finds the gate closed leaves the report to whoever is behind it.
        if (Stopwatch.GetElapsedTime(Volatile.Read(ref _lastReport)) < Interval || !_gate.TryEnter())
        {
            return;
        }
        try
        {
            Volatile.Write(ref _lastReport, Stopwatch.GetTimestamp());
            progress.Report(new TransferProgress(Interlocked.Read(ref _done), total));
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Reports the end. To be called once, when all is done.</summary>
    public void Finish() => progress?.Report(new TransferProgress(total, total));
}
