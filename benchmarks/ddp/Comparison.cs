using System.Globalization;
using System.Text;

namespace Pth.Benchmarks.Ddp;

/// <summary>The contenders, what they took, and the table of it.</summary>
internal sealed class Comparison : IDisposable
{
    private const int Steps = 3;
    private const double Goal = 0.96;
    private const string Fused = "fused";
    private readonly string _load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"pth-ddp-{Environment.ProcessId}.pth");
    private readonly Entrant[] _entrants;
    private readonly Entrant[] _saving;
    private int _rounds;

    public Comparison(Instructions set)
    {
        string root = (Environment.GetEnvironmentVariable("PTH_ORACLES") ?? "/var/cache/pth/oracles") + "/torch-2.14.1";
        Entrant alone = new(Contender.OpenMpi(1, set, Fused), 1);
        Entrant two = new(Contender.OpenMpi(2, set, Fused), 2);
        _entrants =
        [
            alone,
            new(Contender.Unconnected(1, set, Fused), 1),
            new(Contender.Gloo(root, 1, set), 1),
            two,
            new(Contender.Mpich(2, set, Fused), 2),
            new(Contender.OpenMpi(2, set), 2),
            new(Contender.Unconnected(2, set, Fused), 2),
            new(Contender.Gloo(root, 2, set), 2),
            new(Contender.Gloo(root, 2, set, "views", Fused), 2),
        ];
        _saving = [alone, two];
    }

    public void Run(int rounds)
    {
        _rounds = rounds;
        foreach (Entrant entrant in _entrants)
        {
            // Warms up.
            entrant.Contender.Measure(1);
        }

        for (int round = 0; round < rounds; round++)
        {
            foreach (Entrant entrant in round % 2 == 0 ? _entrants : _entrants.Reverse())
            {
                entrant.Times.Add(entrant.Contender.Measure(Steps));
            }

            foreach (Entrant entrant in _saving)
            {
                entrant.Saves.Add(entrant.Contender.Save(_file));
            }

            Console.WriteLine($"{round + 1}: {string.Join(", ", _entrants.Select(e => $"{e.Times[^1].Step:F0}"))}");
        }
    }

    public string Table()
    {
        StringBuilder text = new();
        text.AppendLine("# A step of training: VGG16 with batch norm for 32 x 32 images");
        text.AppendLine();
        text.AppendLine(
            $"Written by `benchmarks/ddp` on {Environment.ProcessorCount} processors; load at the beginning {_load}. {_rounds} rounds, the contenders in turn,"
        );
        text.AppendLine(
            $"each other round backwards; one step that does not count and {Steps} that do. Medians of the rounds, milliseconds a step, the mean of the ranks."
        );
        text.AppendLine();
        text.AppendLine(
            "14.7 million parameters, float32, 32 images a rank, one thread a rank; SGD with momentum and weight decay."
        );
        foreach (
            string version in _entrants.Select(entrant => entrant.Contender.Version).Distinct(StringComparer.Ordinal)
        )
        {
            text.AppendLine($"- {version}");
        }

        text.AppendLine();
        text.AppendLine(
            "| ranks | | step | forward | backward | of it waiting | optimizer | zero | CPU, training | CPU, other | beside PyTorch | beside unconnected |"
        );
        text.AppendLine("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (Entrant entrant in _entrants)
        {
            text.AppendLine(Line(entrant));
        }

        text.AppendLine();
        text.AppendLine(
            "Ratios are those of each round: the median, and the lowest and highest. Beside the quicker PyTorch of as many ranks."
        );
        text.AppendLine(
            "`fused`: `FusedSgd` and PyTorch's `fused=True`, else the usual SGD. `views`: `gradient_as_bucket_view=True`."
        );
        text.AppendLine(
            "CPU: processor milliseconds of the thread that trains, and of all others, of which communication is most."
        );
        text.AppendLine();
        Entrant[] ours =
        [
            .. _entrants.Where(e => e is { Ranks: 2 } && e.Name.StartsWith("Pth", StringComparison.Ordinal)),
        ];
        foreach (Entrant entrant in ours)
        {
            double[] ratios = [.. Beside(entrant, "PyTorch")];
            string isReached = Statistics.Median(ratios) <= Goal && ratios.Max() <= 1 ? "reached" : "missed";
            text.AppendLine(
                $"- {entrant.Name}: {Statistics.Ratios(ratios)} of PyTorch's step; the goal, {Goal:F2} and in no pair above 1, is {isReached}."
            );
        }

        text.AppendLine();
        text.AppendLine("## The step after `SaveCheckpointAsync`");
        text.AppendLine();
        text.AppendLine(
            "The state dict of 59 MB, synced to the disk behind the training. `call` waits for the copy in memory, `written` is from the call to the end."
        );
        text.AppendLine();
        text.AppendLine("| ranks | | step before | call | step after | written | after / before |");
        text.AppendLine("| ---: | --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (Entrant entrant in _saving)
        {
            List<SaveTimes> all = entrant.Saves;
            string ratios = Statistics.Ratios(all.Select(save => save.After / save.Before));
            text.AppendLine(
                $"| {entrant.Ranks} | {entrant.Name} | {Median(all, s => s.Before)} | {Median(all, s => s.Call)} | {Median(all, s => s.After)} | {Median(all, s => s.Write)} | {ratios} |"
            );
        }

        return text.ToString();
    }

    public void Dispose()
    {
        foreach (Entrant entrant in _entrants)
        {
            entrant.Contender.Dispose();
        }

        File.Delete(_file);
    }

    private string Line(Entrant entrant)
    {
        StepTimes t = StepTimes.Median(entrant.Times);
        string wait = entrant.Name.StartsWith("Pth", StringComparison.Ordinal) ? $"{t.Wait:F0}" : "";
        return $"| {entrant.Ranks} | {entrant.Name} | {t.Step:F0} | {t.Forward:F0} | {t.Backward:F0} | {wait} | {t.Optimizer:F0} | {t.Zero:F0} "
            + $"| {t.TrainingCpu:F0} | {t.OtherCpu:F0} | {Ratios("PyTorch")} | {Ratios("unconnected")} |";

        string Ratios(string kind) =>
            entrant.Name.StartsWith(kind, StringComparison.Ordinal) ? "" : Statistics.Ratios(Beside(entrant, kind));
    }

    /// <summary>The step beside that of the quickest contender of a kind, round by round.</summary>
    private IEnumerable<double> Beside(Entrant entrant, string kind)
    {
        Entrant other = _entrants
            .Where(e => e.Ranks == entrant.Ranks && e.Name.StartsWith(kind, StringComparison.Ordinal))
            .MinBy(e => Statistics.Median(e.Times.Select(times => times.Step)))!;
        return entrant.Times.Zip(other.Times, (mine, theirs) => mine.Step / theirs.Step);
    }

    private static string Median(List<SaveTimes> all, Func<SaveTimes, double> what) =>
        Statistics.Median(all.Select(what)).ToString("F0", CultureInfo.InvariantCulture);

    private sealed record Entrant(Contender Contender, int Ranks)
    {
        public string Name => Contender.Name;

        public List<StepTimes> Times { get; } = [];

        public List<SaveTimes> Saves { get; } = [];
    }
}
