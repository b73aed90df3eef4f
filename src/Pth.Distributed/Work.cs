using System.Runtime.CompilerServices;

namespace Pth.Distributed;

/// <summary>
/// An operation under way. Its buffers belong to it until it is complete. Every work must be waited for or awaited: its error, if any, comes
/// out there.
/// </summary>
public sealed class Work
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting;

    internal Work() { }

    /// <summary>Whether it has ended, well or not.</summary>
    public bool IsCompleted => _completion.Task.IsCompleted;

    /// <summary>Whether a thread of this process stands still until it ends; the communication thread then need not spare the processor.</summary>
    internal bool IsWaitedFor => Volatile.Read(ref _waiting) > 0;

    /// <summary>Waits until it is done.</summary>
    /// <exception cref="ProcessGroupException">It failed, or a rank was missing for longer than <see cref="ProcessGroupOptions.Timeout"/>.</exception>
    public void Wait() => Wait(Timeout.InfiniteTimeSpan);

    /// <summary>Waits until it is done, or for some time.</summary>
    /// <param name="timeout">The most to wait here; the work goes on after it.</param>
    /// <returns>Whether it is done.</returns>
    /// <exception cref="ProcessGroupException">It failed, or a rank was missing for longer than <see cref="ProcessGroupOptions.Timeout"/>.</exception>
    public bool Wait(TimeSpan timeout)
    {
        if (!IsCompleted)
        {
            Interlocked.Increment(ref _waiting);
            try
            {
                if (Task.WaitAny([_completion.Task], timeout) < 0)
                {
                    return false;
                }
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }
        _completion.Task.GetAwaiter().GetResult();
        return true;
    }

    /// <summary>The same as a task.</summary>
    public Task AsTask() => _completion.Task;

    /// <summary>For <c>await</c>.</summary>
    public TaskAwaiter GetAwaiter() => _completion.Task.GetAwaiter();

    internal void Complete() => _completion.TrySetResult();

    internal void Fail(Exception error)
    {
        if (_completion.TrySetException(error))
        {
            // Whoever waits sees it; who never does, as after the first of many works has failed, must not end the process.
            _ = _completion.Task.Exception;
        }
    }
}
