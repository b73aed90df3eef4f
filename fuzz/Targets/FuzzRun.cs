using System.Diagnostics;

namespace Pth.Fuzz;

/// <summary>Reads one input and holds it to what Pth promises of every input.</summary>
internal static class FuzzRun
{
    private const long AllocationAllowance = 64L << 20;
    private const int AllocationPerByte = 8;

    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(5);

    public static FuzzOutcome Read(IFuzzTarget target, byte[] input)
    {
        string? refusal = null;
        string? finding = null;
        long before = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        long began = Stopwatch.GetTimestamp();
        try
        {
            target.Read(input);
        }
        catch (CheckpointException refused)
        {
            refusal = refused.Message;
        }
        catch (Exception other)
        {
            finding = other.ToString();
        }
        TimeSpan elapsed = Stopwatch.GetElapsedTime(began);
        processor = Environment.CpuUsage.TotalTime - processor;
        // Other programs make the clock run ahead, other threads the processor.
        elapsed = elapsed < processor ? elapsed : processor;
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > target.Readings * ((AllocationPerByte * (long)input.Length) + AllocationAllowance))
        {
            finding ??= $"allocated {allocated} bytes for an input of {input.Length}";
        }
        if (elapsed > MostTime)
        {
            finding ??= $"took {elapsed} for an input of {input.Length} bytes";
        }
        return new FuzzOutcome(refusal, finding, allocated, elapsed);
    }
}
