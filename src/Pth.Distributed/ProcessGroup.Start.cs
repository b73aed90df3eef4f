using Pth.Distributed.InProcess;

namespace Pth.Distributed;

public abstract partial class ProcessGroup
{
    /// <summary>A group of one: all operations are done at once, with nobody.</summary>
    /// <param name="options">How it works.</param>
    public static ProcessGroup Alone(ProcessGroupOptions? options = null) =>
        new ThreadGroup(new Meeting(1, (options ?? new ProcessGroupOptions()).Checked()), 0, "one process");

    /// <summary>Runs ranks as threads of this process, for tests and where there is no MPI. Returns when all have ended.</summary>
    /// <param name="worldSize">How many.</param>
    /// <param name="body">What each does. Its group is closed when it returns.</param>
    /// <param name="options">How the group works.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than one rank.</exception>
    /// <exception cref="ProcessGroupException">
    /// A rank threw; the first that did is told, with its exception as the inner one. The others are ended by it as soon as they wait for it.
    /// </exception>
    public static void Threads(int worldSize, Action<ProcessGroup> body, ProcessGroupOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(worldSize, 1);
        ArgumentNullException.ThrowIfNull(body);
        using Meeting meeting = new(worldSize, (options ?? new ProcessGroupOptions()).Checked());
        Task[] ranks =
        [
            .. Enumerable.Range(0, worldSize).Select(rank => new ThreadGroup(meeting, rank, "threads").Run(body)),
        ];
        Task.WaitAll(ranks);
        if (meeting.FirstFailure is ProcessGroupException failure)
        {
            throw failure;
        }
    }
}
