using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Pth.Benchmarks.Compare;

/// <summary>Shows that time grows with the number of tensors and not with their square, and that opening does not grow with bytes.</summary>
internal static class Scaling
{
    public static int Run(Settings settings)
    {
        string folder = Path.Combine(settings.Folder, "scaling");
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, "scaling.pth");
        var text = new StringBuilder();
        text.AppendLine("# How time grows").AppendLine();
        text.AppendLine(
                CultureInfo.InvariantCulture,
                $"Median of {settings.Rounds} runs, milliseconds; microseconds a tensor in brackets."
            )
            .AppendLine();
        text.AppendLine("| tensors | save | open | load | `pth ls` |").AppendLine("| --- | --- | --- | --- | --- |");
        foreach (int count in (int[])[1_000, 10_000, 100_000, 1_000_000])
        {
            StateDict state = Small(count);
            double save = Median(
                settings.Rounds,
                () => Checkpoint.Save(path, state, new() { Durability = Durability.Kernel })
            );
            double open = Median(settings.Rounds, () => Open(path));
            double load = Median(settings.Rounds, () => Load(path));
            double list = MedianOf(settings.Rounds, () => TimedProcess.Run([settings.Pth, "ls", path]).Seconds);
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {count:N0} | {Cell(save, count)} | {Cell(open, count)} | {Cell(load, count)} | {Cell(list, count)} |"
            );
            Console.WriteLine(text.ToString().TrimEnd().Split('\n')[^1]);
        }
        text.AppendLine().AppendLine("| bytes | open | `pth ls` |").AppendLine("| --- | --- | --- |");
        foreach (double gigabytes in (double[])[0.1, 1, 2, 4, 8])
        {
            WriteSparse(path, (long)(gigabytes * 1e9 / 16) / 4 * 4);
            double open = Median(settings.Rounds, () => Open(path));
            double list = MedianOf(settings.Rounds, () => TimedProcess.Run([settings.Pth, "ls", path]).Seconds);
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {gigabytes} GB | {open * 1000:F2} ms | {list * 1000:F1} ms |"
            );
            Console.WriteLine(text.ToString().TrimEnd().Split('\n')[^1]);
        }
        Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(settings.Results);
        File.WriteAllText(Path.Combine(settings.Results, "scaling.md"), text.ToString());
        return 0;
    }

    private static StateDict Small(int count)
    {
        var state = new StateDict();
        for (int i = 0; i < count; i++)
        {
            state.Add(
                string.Create(CultureInfo.InvariantCulture, $"layers.{i}.weight"),
                TensorView.FromArray<float>([i, i, i, i], [2, 2])
            );
        }
        return state;
    }

    /// <summary>Sixteen tensors whose bytes are zeros: the file system stores none of them, and opening reads none.</summary>
    private static void WriteSparse(string path, long bytesPerTensor)
    {
        var state = new StateDict();
        for (int i = 0; i < 16; i++)
        {
            state.Add(
                string.Create(CultureInfo.InvariantCulture, $"layers.{i}.weight"),
                TensorView.Zeros(DType.Float32, [bytesPerTensor / 4])
            );
        }
        Checkpoint.Save(path, state, new() { Durability = Durability.Kernel });
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
        _ = measure();
        double[] seconds = [.. Enumerable.Range(0, rounds).Select(_ => measure())];
        Array.Sort(seconds);
        return seconds[rounds / 2];
    }

    private static string Cell(double seconds, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:F1} ({seconds * 1e6 / count:F1})");
}
