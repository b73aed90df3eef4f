using System.Diagnostics;
using System.Globalization;
using Pth.Distributed;

namespace Pth.Benchmarks.AllReduce;

/// <summary>One rank of Pth over MPI. Rank 0 reads "BYTES TIMES" a line and writes the seconds of one all-reduce.</summary>
internal static class Worker
{
    public static void Run()
    {
        using ProcessGroup group = ProcessGroup.Join();
        if (group.Rank == 0)
        {
            Console.WriteLine($"= {group.Transport}");
        }
        while (true)
        {
            long[] command = [0, 0];
            if (group.Rank == 0 && Console.ReadLine() is string { Length: > 0 } line)
            {
                command = [.. line.Split(' ').Select(long.Parse)];
            }
            group.Broadcast<long>(command);
            if (command[1] == 0)
            {
                return;
            }
            float[] values = GC.AllocateUninitializedArray<float>((int)(command[0] / sizeof(float)), pinned: true);
            Array.Fill(values, group.Rank + 1);
            group.AllReduce<float>(values);
            if (values[^1] != 3)
            {
                throw new InvalidDataException($"found a sum of {values[^1]}, expected 3");
            }
            group.Barrier();
            long began = Stopwatch.GetTimestamp();
            for (long i = 0; i < command[1]; i++)
            {
                group.AllReduce<float>(values);
            }
            double took = Stopwatch.GetElapsedTime(began).TotalSeconds / command[1];
            if (group.Rank == 0)
            {
                Console.WriteLine($"= {took.ToString("R", CultureInfo.InvariantCulture)}");
            }
        }
    }
}
