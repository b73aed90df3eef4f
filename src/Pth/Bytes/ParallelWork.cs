using System.Runtime.ExceptionServices;

namespace Pth.Bytes;

/// <summary>Runs numbered pieces of work on several cores, each with a state of its own, as a buffer.</summary>
internal static class ParallelWork
{
    /// <summary>Memory and one file's lock are full before this.</summary>
    private const int MaxWorkers = 8;

    /// <summary>How many workers are worth it.</summary>
    public static int Workers { get; } = Math.Min(Environment.ProcessorCount, MaxWorkers);

    /// <summary>
    /// Runs the pieces, begun in the order of their numbers, each with the state of its worker.
    /// The first failure stops the rest and is thrown as it is.
    /// </summary>
    public static void Run<TState>(
        int pieces,
        int workers,
        Func<TState> makeState,
        Action<int, TState> work,
        CancellationToken cancellationToken
    )
    {
        int next = -1;
        bool stopped = false;
        void Work()
        {
            bool finished = false;
            try
            {
                TState state = makeState();
                for (
                    int piece = Interlocked.Increment(ref next);
                    piece < pieces && !Volatile.Read(ref stopped);
                    piece = Interlocked.Increment(ref next)
                )
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    work(piece, state);
                }
                finished = true;
            }
            finally
            {
                if (!finished)
                {
                    Volatile.Write(ref stopped, true);
                }
            }
        }

        workers = Math.Min(workers, pieces);
        if (workers <= 1)
        {
            Work();
            return;
        }
        try
        {
            Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, _ => Work());
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }
}
