namespace Pth.Benchmarks.Compare;

/// <summary>The PyTorch versions that are compared with, and how they are started.</summary>
internal static class PyTorch
{
    public const string Newest = "2.14.1";

    public static IReadOnlyList<string> All { get; } = ["1.13.1", "2.6.0", Newest];

    /// <summary>
    /// The words before Python. A root folder has no /proc, where PyTorch looks up what the processor can do: it would use none of it, so it
    /// is told what it would have chosen. All may use all cores.
    /// </summary>
    public static string[] Command(string python, string? root) =>
        root is null
            ? ["env", Threads(), python]
            : ["env", Threads(), $"ATEN_CPU_CAPABILITY={Capability()}", "chroot", root, python];

    private static string Threads() => $"OMP_NUM_THREADS={Environment.ProcessorCount}";

    private static string Capability()
    {
        string[] flags = File.ReadLines("/proc/cpuinfo")
            .First(line => line.StartsWith("flags", StringComparison.Ordinal))
            .Split(' ');
        return Array.TrueForAll(
                ["avx512vl", "avx512bw", "avx512dq", "fma"],
                flag => flags.Contains(flag, StringComparer.Ordinal)
            )
                ? "avx512"
            : flags.Contains("avx2", StringComparer.Ordinal) ? "avx2"
            : "default";
    }
}
