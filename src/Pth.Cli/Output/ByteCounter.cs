namespace Pth.Cli.Output;

/// <summary>Adds up the progress of work on one tensor after the other.</summary>
/// <param name="progress">Told the bytes done so far; null where nobody looks.</param>
internal sealed class ByteCounter(IProgress<long>? progress)
{
    private long _done;

    /// <summary>The progress of work that counts to its end by itself.</summary>
    public IProgress<TransferProgress>? Whole { get; } = progress is null ? null : new Relay(progress);

    /// <summary>Does a piece of the work.</summary>
    /// <param name="length">The bytes that the piece has.</param>
    /// <param name="work">The work, given what to report its own bytes to.</param>
    public T Count<T>(long length, Func<IProgress<long>?, T> work)
    {
        T result = work(progress is null ? null : new Offset(progress, _done));
        _done += length;
        progress?.Report(_done);
        return result;
    }

    private sealed class Offset(IProgress<long> progress, long start) : IProgress<long>
    {
        public void Report(long value) => progress.Report(start + value);
    }

    private sealed class Relay(IProgress<long> progress) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => progress.Report(value.BytesDone);
    }
}
