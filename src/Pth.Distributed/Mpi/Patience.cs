using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Pth.Distributed.Mpi;

/// <summary>
/// How a thread waits for a message. MPI moves messages on only while it is asked for them, so it is asked often; but where this rank computes
/// meanwhile, asking takes the processor from that.
/// </summary>
internal sealed class Patience
{
    private const int Spins = 200;
    private const int LongestSleep = 500_000;
    private long _since = Stopwatch.GetTimestamp();
    private int _pauses;
    private int _sleep = 20_000;

    /// <summary>Since the last message.</summary>
    public TimeSpan Waited => Stopwatch.GetElapsedTime(_since);

    public void Reset()
    {
        _since = Stopwatch.GetTimestamp();
        _pauses = 0;
        _sleep = 20_000;
    }

    /// <summary>Lets some time pass.</summary>
    /// <param name="idle">Whether this process only waits, and has nothing better to do with its processor.</param>
    /// <returns>Whether it has become a long wait: time to look for what went wrong.</returns>
    public bool Pause(bool idle)
    {
        _pauses++;
        if (_pauses < Spins)
        {
            // Not a spin: where there are more ranks than processors, the one that is waited for may need this one.
            Thread.Yield();
            return false;
        }
        if (idle && Waited.TotalMilliseconds < 2)
        {
            Thread.Yield();
            return _pauses % 64 == 0;
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

    [DllImport("libc")]
    private static extern unsafe int nanosleep(TimeSpec* time, TimeSpec* remaining);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
