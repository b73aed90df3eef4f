namespace Pth.Distributed.Checkpoints;

/// <summary>The one write that may be under way behind a training. Its error comes out of the next call.</summary>
internal sealed class PendingWrite
{
    /// <summary>The write under way.</summary>
    public Task Task { get; private set; } = Task.CompletedTask;

    /// <summary>Waits for the write before, and puts another in its place.</summary>
    /// <param name="start">Copies what is to be written, and starts the writing.</param>
    public void Start(Func<Task> start)
    {
        Complete();
        Task = start();
    }

    /// <summary>Waits for the write under way. What went wrong with it is thrown once.</summary>
    public void Complete()
    {
        Task write = Task;
        Task = Task.CompletedTask;
        write.GetAwaiter().GetResult();
    }
}
