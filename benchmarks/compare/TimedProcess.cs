using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Pth.Benchmarks.Compare;

/// <summary>Times a command as a whole process, from its start to its end.</summary>
internal static partial class TimedProcess
{
    private const int RusageChildren = -1;

    /// <summary>Runs the command in a process of its own that reports time and peak memory of its only child.</summary>
    public static Measurement Run(IEnumerable<string> command)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["time", .. command])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        string[] answer = process.StandardOutput.ReadToEnd().Trim().Split(' ');
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}.");
        }
        return new Measurement(
            double.Parse(answer[0], System.Globalization.CultureInfo.InvariantCulture),
            long.Parse(answer[1], System.Globalization.CultureInfo.InvariantCulture)
        );
    }

    /// <summary>The inner process: runs the child with its output thrown away and prints <c>seconds peak_bytes</c>.</summary>
    public static int RunInner(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // The first start of a process pays for .NET's own set-up; it is not the child's.
        using (Process warm = Process.Start(new ProcessStartInfo("/bin/true"))!)
        {
            warm.WaitForExit();
        }
        long began = Stopwatch.GetTimestamp();
        using Process child = Process.Start(start)!;
        child.OutputDataReceived += static (_, _) => { };
        child.BeginOutputReadLine();
        string errors = child.StandardError.ReadToEnd();
        child.WaitForExit();
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        if (child.ExitCode != 0)
        {
            Console.Error.WriteLine(errors);
            return child.ExitCode;
        }
        var usage = new ResourceUsage();
        _ = GetResourceUsage(RusageChildren, ref usage);
        Console.WriteLine(
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{seconds} {usage.MaxResidentKilobytes * 1024}"
            )
        );
        return 0;
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetResourceUsage(int who, ref ResourceUsage usage);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct ResourceUsage
    {
        // After two struct timeval (getrusage(2) on 64-bit Linux).
        [FieldOffset(32)]
        public long MaxResidentKilobytes;
    }
}
