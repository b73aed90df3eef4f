using Pth.Distributed.InProcess;
using Pth.Distributed.Mpi;

namespace Pth.Distributed;

public abstract partial class ProcessGroup
{
    /// <summary>
    /// Joins the processes that were started together with this one by <c>mpirun</c>, <c>mpiexec</c> or <c>srun</c>, through the MPI library that
    /// belongs to it; a process that was started by itself is a group of one. Once in a process: keep the group to the end of the program.
    /// </summary>
    /// <remarks>
    /// While it is open, an exception that nobody handles is written to standard error with the rank, and ends all ranks.
    /// <c>PTH_MPI_LIBRARY</c> names another library: a file name or a path.
    /// </remarks>
    /// <param name="options">How it works. With <see cref="ProcessGroupOptions.MpiLibrary"/> MPI is used in a process started by itself too.</param>
    /// <exception cref="DllNotFoundException">Started by a launcher, but there is no MPI library.</exception>
    /// <exception cref="InvalidOperationException">The library is not the launcher's, or MPI was started before in this process.</exception>
    /// <exception cref="ProcessGroupException">A call of MPI failed.</exception>
    public static ProcessGroup Join(ProcessGroupOptions? options = null)
    {
        ProcessGroupOptions chosen = options ?? new ProcessGroupOptions();
        MpiLauncher? launcher = MpiLauncher.Find(Environment.GetEnvironmentVariable);
        return launcher is null && chosen.MpiLibrary is null ? Alone(chosen) : MpiGroup.Join(launcher, chosen);
    }

    /// <summary>A group of one: all operations are done at once, with nobody.</summary>
    /// <param name="options">How it works.</param>
    public static ProcessGroup Alone(ProcessGroupOptions? options = null) =>
        new ThreadGroup(new Meeting(1, options ?? new ProcessGroupOptions()), 0, "one process");

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
        using Meeting meeting = new(worldSize, options ?? new ProcessGroupOptions());
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
