using Pth.Errors;
using Pth.Fuzz;

namespace Pth.Tests.Fuzz;

/// <summary>What fuzzing found worth keeping is read again, within the same limits of memory and time.</summary>
public sealed class CorpusReplayTests
{
    private static readonly string Corpus = Path.Combine(Repository.Root, "fuzz", "corpus");

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_input_is_read_or_refused_within_the_limits(string name)
    {
        IFuzzTarget target = FuzzTargets.All.First(one => one.Name == name);
        string[] files = Directory.GetFiles(Path.Combine(Corpus, name), "*", SearchOption.AllDirectories);

        FuzzOutcome[] outcomes = [.. files.Select(file => FuzzRun.Read(target, File.ReadAllBytes(file)))];

        Assert.All(
            outcomes.Zip(files),
            pair => Assert.True(pair.First.Finding is null, $"{pair.Second}: {pair.First.Finding}")
        );
        // A corpus of which everything is refused tries little.
        Assert.Contains(outcomes, outcome => outcome.Refusal is null);
        Assert.True(files.Length >= 5, $"only {files.Length} files");
    }

    [Fact]
    public void There_is_a_corpus_for_every_target_and_for_nothing_else() =>
        Assert.Equal(
            FuzzTargets.All.Select(target => target.Name).Order(StringComparer.Ordinal),
            Directory.GetDirectories(Corpus).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)
        );

    [Fact]
    public void A_finding_is_seen()
    {
        Assert.Contains(
            "took",
            FuzzRun.Read(new Stub(() => Spin(TimeSpan.FromSeconds(6))), [1]).Finding!,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "allocated",
            FuzzRun.Read(new Stub(() => _ = new byte[65 << 20]), [1]).Finding!,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "InvalidCast",
            FuzzRun.Read(new Stub(() => throw new InvalidCastException()), [1]).Finding!,
            StringComparison.Ordinal
        );
        Assert.Null(
            FuzzRun
                .Read(
                    new Stub(() =>
                        throw new ErrorLocation("cut").Error(CheckpointErrorKind.Truncated, "little", "more")
                    ),
                    [1]
                )
                .Finding
        );
    }

    private static void Spin(TimeSpan time)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        TimeSpan before = Environment.CpuUsage.TotalTime;
        while (watch.Elapsed < time || Environment.CpuUsage.TotalTime - before < time) { }
    }

    private sealed class Stub(Action read) : IFuzzTarget
    {
        public string Name => "stub";

        public void Read(ReadOnlyMemory<byte> input) => read();
    }
}
