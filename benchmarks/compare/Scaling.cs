using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Pth.Benchmarks.Compare;

/// <summary>Shows that time grows with the number of tensors and not with their square, and that opening does not grow with bytes.</summary>
internal static class Scaling
{
    // A hundred thousand of something take a second, a million ten: fewer runs tell as much.
    private const int ManyTensors = 100_000;
    private const int MostTensors = 1_000_000;

    public static int Run(Settings settings)
    {
        string folder = Path.Combine(settings.Folder, "scaling");
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, "scaling.pth");
        var text = new StringBuilder();
        void Line(FormattableString line)
        {
            string written = FormattableString.Invariant(line);
            text.AppendLine(written);
            Console.WriteLine(written);
        }

        Line($"# How time grows");
        Line($"");
        Line(
            $"Written by `benchmarks/compare/run scaling` on {Environment.ProcessorCount} cores. The median of {settings.Rounds} runs, of {RoundsFor(settings, ManyTensors)} for"
        );
        Line(
            $"{ManyTensors:N0} tensors, and one run for {MostTensors:N0}. `pth` is timed as a process, the rest inside one."
        );
        Line($"");
        Line($"Tensors of four numbers: milliseconds, and microseconds a tensor in brackets.");
        Line($"");
        Line($"| tensors | save | open | load | strip a prefix | module tree | `pth ls` | `pth show` |");
        Line($"| --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (int count in (int[])(WantsOnly(settings, "bytes") ? [] : [1_000, 10_000, ManyTensors, MostTensors]))
        {
            double[] seconds = MeasureTensors(settings, path, count);
            Line($"| {count:N0} | {string.Join(" | ", seconds.Select(value => Cell(value, count)))} |");
        }
        Line($"");
        Line($"Sixteen tensors of zeros in a sparse file.");
        Line($"");
        Line($"| bytes | open | `pth ls` |");
        Line($"| --- | --- | --- |");
        foreach (double gigabytes in (double[])(WantsOnly(settings, "tensors") ? [] : [0.1, 1, 2, 4, 8]))
        {
            WriteSparse(path, (int)(gigabytes * 1e9 / 16 / sizeof(float)));
            double open = Median(settings.Rounds, () => Open(path));
            double list = MedianOf(settings.Rounds, () => TimedProcess.Run([settings.Pth, "ls", path]).Seconds);
            Line($"| {gigabytes} GB | {open * 1000:F2} ms | {list * 1000:F1} ms |");
        }
        Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(settings.Results);
        File.WriteAllText(Path.Combine(settings.Results, "scaling.md"), text.ToString());
        return 0;
    }

    private static double[] MeasureTensors(Settings settings, string path, int count)
    {
        int rounds = RoundsFor(settings, count);
        double save = MeasureSave(rounds, path, count);
        double open = Median(rounds, () => Open(path));
        double load = Median(rounds, () => Load(path));
        double strip;
        double tree;
        using (Checkpoint checkpoint = Checkpoint.Open(path))
        {
            StateDict state = checkpoint.StateDict;
            strip = Median(rounds, () => state.WithoutPrefix("module."));
            tree = Median(rounds, () => ModuleTree.FromStateDict(state));
        }
        double list = MedianOf(rounds, () => TimedProcess.Run([settings.Pth, "ls", path]).Seconds);
        double show = MedianOf(rounds, () => TimedProcess.Run([settings.Pth, "show", path]).Seconds);
        return [save, open, load, strip, tree, list, show];
    }

    private static int RoundsFor(Settings settings, int count) =>
        count >= MostTensors ? 1
        : count >= ManyTensors ? (settings.Rounds + 2) / 3
        : settings.Rounds;

    private static bool WantsOnly(Settings settings, string part) => settings.Only is [var only] && only == part;

    // What is saved is garbage afterwards: it must not weigh on the collections that the other measurements cause.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double MeasureSave(int rounds, string path, int count)
    {
        var state = new StateDict();
        for (int i = 0; i < count; i++)
        {
            state.Add(
                string.Create(CultureInfo.InvariantCulture, $"module.layers.{i}.weight"),
                TensorView.FromArray<float>([i, i, i, i], [2, 2])
            );
        }
        return Median(rounds, () => Checkpoint.Save(path, state, new() { Durability = Durability.Kernel }));
    }

    /// <summary>Sixteen tensors whose bytes are zeros: the file system stores none of them, and opening reads none.</summary>
    private static void WriteSparse(string path, int elements)
    {
        var zeros = new float[elements];
        var state = new StateDict();
        for (int i = 0; i < 16; i++)
        {
            state.Add(
                string.Create(CultureInfo.InvariantCulture, $"layers.{i}.weight"),
                TensorView.FromMemory<float>(zeros, [elements])
            );
        }
        using var stream = new SparseStream(path);
        Checkpoint.Save(stream, state);
    }

    private static void Open(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        _ = checkpoint.StateDict.Count;
    }

    private static void Load(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Load(path);
        _ = checkpoint.StateDict.Count;
    }

    private static double Median(int rounds, Action work) =>
        MedianOf(
            rounds,
            () =>
            {
                GC.Collect();
                long start = Stopwatch.GetTimestamp();
                work();
                return Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
        );

    private static double MedianOf(int rounds, Func<double> measure)
    {
        if (rounds > 1)
        {
            // For page cache and JIT.
            _ = measure();
        }
        double[] seconds = [.. Enumerable.Range(0, rounds).Select(_ => measure())];
        Array.Sort(seconds);
        return seconds[rounds / 2];
    }

    private static string Cell(double seconds, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:F1} ({seconds * 1e6 / count:F1})");
}
