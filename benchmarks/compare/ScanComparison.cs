using System.Globalization;

namespace Pth.Benchmarks.Compare;

/// <summary>A scan of many checkpoints, beside what scanners in Python do with them.</summary>
internal static class ScanComparison
{
    private const string Newest = "PyTorch " + PyTorch.Newest;
    private const int Files = 1_000;
    private const double Goal = 0.1;

    public static int Run(Settings settings)
    {
        Directory.CreateDirectory(settings.Folder);
        using var contenders = new Contenders(settings, [PyTorch.Newest]);
        Contender maker = contenders.Newest;
        string checkpoints = Path.Combine(maker.Folder, "checkpoints");
        string pickles = Path.Combine(maker.Folder, "pickles");
        maker.Run("scan-make", Files.ToString(CultureInfo.InvariantCulture), maker.Inside(checkpoints));
        maker.Run("scan-extract", maker.Inside(checkpoints), maker.Inside(pickles));
        List<ResultRow> rows = Contest.Run(
            Questions(settings, contenders, checkpoints, pickles),
            contenders,
            settings,
            Newest
        );
        var table = new ResultTable("A scan of 1,000 checkpoints of 1 MB", "scan", rows, contenders, Newest);
        return table.Write(settings) ? 0 : 1;
    }

    private static IEnumerable<Question> Questions(
        Settings settings,
        Contenders contenders,
        string checkpoints,
        string pickles
    )
    {
        Measurement? Process(Contender contender, string task, string folder) =>
            contender == contenders.Pth
                ? TimedProcess.Run([settings.Pth, "scan", checkpoints])
                : contenders.Python(contender, PeerScript, task, contender.Inside(folder));

        yield return new("scan", Goal, c => c.Run("scan", c.Inside(checkpoints)))
        {
            About =
                "Inside one process. `Scanner.Scan` of the folder, with all its checks; in Python the first bytes of each record, the list of a pickle's operations, names through the memo, as scanners do.",
        };
        yield return new("scan-process", Goal, c => Process(c, "careful", checkpoints))
        {
            About =
                "The same as whole processes: `pth scan FOLDER`; `python scan_peer.py careful FOLDER`, without PyTorch.",
        };
        yield return new("pickletools", Goal, c => Process(c, "dis", pickles))
        {
            About =
                "`pth scan FOLDER` beside `python -m pickletools` on the 1,000 pickles alone, taken out of their archives beforehand.",
        };
        yield return new("genops", null, c => c.Run("scan-genops", c.Inside(checkpoints)))
        {
            About =
                "Inside one process. `Scanner.Scan` of the folder, with all its checks, beside the least that finds a name: `zipfile`, and `pickletools.genops` over `data.pkl`.",
        };
        yield return new("genops-process", null, c => Process(c, "genops", checkpoints))
        {
            About = "The same as whole processes.",
        };
    }

    private static string PeerScript => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "scan_peer.py"));
}
