using System.Globalization;
using System.Text;
using Pth.Benchmarks.AllReduce;

// The time of an all-reduce of float32 between two processes of this machine, from 4 KB to 256 MB: Pth over both MPI libraries beside PyTorch's
// gloo, in turn, so that a noisy machine is noisy for all.
// usage: Pth.Benchmarks.AllReduce [ROUNDS [FILE]]
if (args is ["worker"])
{
    Worker.Run();
    return;
}
int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 9;
string root = (Environment.GetEnvironmentVariable("PTH_ORACLES") ?? "/var/cache/pth/oracles") + "/torch-2.14.1";
List<Contender> contenders = [Contender.OpenMpi(), Contender.Mpich(), Contender.Gloo(root)];
StringBuilder table = new();
table.AppendLine("# All-reduce of float32 between two processes of one machine");
table.AppendLine();
table.AppendLine(
    $"{Environment.ProcessorCount} processors, {rounds} rounds, the contenders in turn, medians; load at the beginning: "
        + File.ReadAllText("/proc/loadavg").Split(' ')[0]
);
table.AppendLine($"Contenders: {string.Join("; ", contenders.Select(contender => contender.Version))}.");
table.AppendLine(
    "The last columns: how many times as fast as gloo, as the median of the rounds, and the lowest and highest of them."
);
table.AppendLine();
table.AppendLine(
    $"| bytes | {string.Join(" | ", contenders.Select(c => c.Name))} | {string.Join(" | ", contenders.SkipLast(1).Select(c => $"{c.Name} / gloo"))} |"
);
table.AppendLine($"| ---: |{string.Concat(Enumerable.Repeat(" ---: |", (2 * contenders.Count) - 1))}");
for (long bytes = 4 << 10; bytes <= 256 << 20; bytes *= 4)
{
    long times = Math.Clamp((32 << 20) / bytes, 1, 500);
    double[][] seconds = new double[rounds][];
    for (int round = 0; round <= rounds; round++)
    {
        double[] measured = [.. contenders.Select(contender => contender.Measure(bytes, times))];
        // The first warms up.
        if (round > 0)
        {
            seconds[round - 1] = measured;
        }
    }
    IEnumerable<string> own = Enumerable
        .Range(0, contenders.Count)
        .Select(i => Speed(bytes, Median(seconds.Select(s => s[i]))));
    IEnumerable<string> ratios = Enumerable
        .Range(0, contenders.Count - 1)
        .Select(i => seconds.Select(s => s[^1] / s[i]).ToArray())
        .Select(r => $"{Median(r):F2} ({r.Min():F2}-{r.Max():F2})");
    string line = $"| {Size(bytes)} | {string.Join(" | ", own)} | {string.Join(" | ", ratios)} |";
    table.AppendLine(line);
    Console.WriteLine(line);
}
contenders.ForEach(contender => contender.Dispose());
if (args.Length > 1)
{
    File.WriteAllText(args[1], table.ToString());
}

static double Median(IEnumerable<double> values)
{
    double[] sorted = [.. values.Order()];
    return sorted[sorted.Length / 2];
}

static string Size(long bytes) => bytes < 1 << 20 ? $"{bytes >> 10} KB" : $"{bytes >> 20} MB";

static string Speed(long bytes, double seconds) => $"{seconds * 1e6:F0} us, {bytes / seconds / 1e9:F2} GB/s";
