using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace Pth.Distributed.Replicas;

/// <summary>Does the same for several replicas at once, one thread each; the first on the thread that asks.</summary>
internal static class OnThreads
{
    /// <summary>Runs <paramref name="body"/> for 0 to <paramref name="count"/> - 1, and throws the first's exception if any throws.</summary>
    /// <param name="count">How many.</param>
    /// <param name="withGradients">Whether operations are recorded; that is a state of each thread.</param>
    /// <param name="body">What each does.</param>
    public static void Run(int count, bool withGradients, Action<int> body)
    {
        ExceptionDispatchInfo?[] failures = new ExceptionDispatchInfo?[count];
        Thread[] threads = new Thread[count - 1];
        for (int i = 1; i < count; i++)
        {
            int number = i;
            threads[i - 1] = new Thread(() => One(number)) { Name = $"replica {number}", IsBackground = true };
            threads[i - 1].Start();
        }

        One(0);
        Array.ForEach(threads, thread => thread.Join());
        failures.FirstOrDefault(failure => failure is not null)?.Throw();

        void One(int number)
        {
            try
            {
                using IDisposable mode = set_grad_enabled(withGradients);
                body(number);
            }
            catch (Exception failure)
            {
                failures[number] = ExceptionDispatchInfo.Capture(failure);
            }
        }
    }
}
