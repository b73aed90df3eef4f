namespace Pth.Bytes;

/// <summary>Waits for what the system does not let go of: opening a pipe takes until somebody writes into it.</summary>
internal static class AbandonedWait
{
    /// <summary>Makes something on a thread of its own, which is left alone where nobody waits for it any more.</summary>
    /// <exception cref="OperationCanceledException">It was not there yet. Should it still come, it is disposed of.</exception>
    public static T For<T>(Func<T> make, CancellationToken cancellationToken)
        where T : IDisposable
    {
        Task<T> task = Task.Factory.StartNew(
            make,
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        try
        {
            return task.WaitAsync(cancellationToken).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            _ = task.ContinueWith(
                static late => late.Result.Dispose(),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default
            );
            throw;
        }
    }
}
