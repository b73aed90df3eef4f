using Pth.Distributed.Collectives;

namespace Pth.Distributed.InProcess;

/// <summary>A rank that is a thread.</summary>
internal sealed class ThreadGroup(Meeting meeting, int rank, string transport)
    : ProcessGroup(rank, meeting.WorldSize, meeting.Options)
{
    public override string Transport => transport;

    /// <summary>Begins the whole life of the rank, on a thread of its own.</summary>
    /// <returns>Is complete, without an error, when the rank has left the meeting.</returns>
    public Task Run(Action<ProcessGroup> body) =>
        Task
            .Factory.StartNew(
                () => body(this),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            )
            .ContinueWith(
                life => meeting.Leave(Rank, life.Exception?.InnerException),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default
            );

    private protected override void Start(Collective collective) => meeting.Post(Rank, collective);

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        meeting.Leave(Rank, null);
        base.Dispose(disposing);
    }
}
