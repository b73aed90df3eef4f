using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Pth.Distributed.Mpi;

/// <summary>
/// How a thread waits for a message. MPI moves messages on only while it is asked for them, so it is asked often; but where this rank computes
/// meanwhile, asking takes the processor from that.
/// </summary>
internal sealed partial class Patience
{
    /// <summary>How long to ask all the time, when this process computes meanwhile and when it only waits.</summary>
    private static readonly TimeSpan EagerBusy = TimeSpan.FromMicroseconds(50);
    private static readonly TimeSpan EagerIdle = TimeSpan.FromMilliseconds(2);

    private const int ShortestSleep = 20_000;
    private const int LongestSleep = 500_000;
    private long _since = Stopwatch.GetTimestamp();
    private int _sleep = ShortestSleep;

    /// <summary>Since the last message.</summary>
    public TimeSpan Waited => Stopwatch.GetElapsedTime(_since);

    public void Reset()
    {
        _since = Stopwatch.GetTimestamp();
        _sleep = ShortestSleep;
    }

    /// <summary>Lets some time pass.</summary>
    /// <param name="idle">Whether this process only waits, and has nothing better to do with its processor.</param>
    /// <returns>Whether it has become a long wait: time to look for what went wrong.</returns>
    public bool Pause(bool idle)
    {
        if (Waited < (idle ? EagerIdle : EagerBusy))
        {
            // Not a spin: where there are more ranks than processors, the one that is waited for may need this one.
            Thread.Yield();
            return false;
        }
        Sleep(_sleep);
        _sleep = Math.Min(LongestSleep, _sleep * 5 / 4);
        return true;
    }

    /// <summary>Thread.Sleep rounds to milliseconds.</summary>
    private static unsafe void Sleep(int nanoseconds)
    {
        if (OperatingSystem.IsWindows())
        {
            Thread.Sleep(1);
            return;
        }
        TimeSpec time = new() { Nanoseconds = nanoseconds };
        _ = nanosleep(&time, null);
    }

    [LibraryImport("libc")]
    private static unsafe partial int nanosleep(TimeSpec* time, TimeSpec* remaining);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
