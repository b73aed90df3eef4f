using Pth.Tests.Formats;

namespace Pth.Tests.Security;

/// <summary>Real files, good and bad ones, from the projects that collect them.</summary>
public sealed class SharedFixtureScanTests
{
    /// <summary>Good files that are suspicious all the same; docs/security.md says why of each.</summary>
    private static readonly string[] FalseAlarms =
    [
        "mnist.pt",
        "benign_password_protected.zip",
        "test_fx_module.pt",
        "test_nn_module.pt",
        "test_torchscript_module.pt",
    ];

    [Fact]
    public void Every_bad_file_is_found()
    {
        List<(string Path, string Verdict)> bad = Rows(verdict =>
            verdict.StartsWith("malicious", StringComparison.Ordinal)
            || verdict.StartsWith("inert-outer", StringComparison.Ordinal)
            || verdict.StartsWith("dos-bomb", StringComparison.Ordinal)
        );

        Assert.NotEmpty(bad);
        Assert.Empty(bad.Where(row => LevelOf(row.Path) < ScanLevel.Suspicious).Select(row => row.Path));
        // Only what cannot be looked into is less than dangerous.
        Assert.Equal(
            ["malicious1.7z"],
            bad.Where(row =>
                    row.Verdict.StartsWith("malicious", StringComparison.Ordinal)
                    && LevelOf(row.Path) != ScanLevel.Dangerous
                )
                .Select(row => Path.GetFileName(row.Path))
        );
    }

    [Fact]
    public void No_good_file_is_dangerous_and_the_suspicious_ones_are_known()
    {
        List<(string Path, string Verdict)> good = Rows(verdict => verdict == "benign");

        Assert.True(good.Count > 300, $"only {good.Count} good files were found");
        Assert.Empty(good.Where(row => LevelOf(row.Path) == ScanLevel.Dangerous).Select(row => row.Path));
        Assert.Equal(
            FalseAlarms.Order(StringComparer.Ordinal),
            good.Where(row => LevelOf(row.Path) == ScanLevel.Suspicious)
                .Select(row => Path.GetFileName(row.Path))
                .Distinct()
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void The_project_s_own_fixtures_are_no_danger()
    {
        ScanReport report = Scanner.Scan(Repository.Fixtures);

        Assert.False(report.HasErrors);
        Assert.DoesNotContain(report.Files, file => file.Level == ScanLevel.Dangerous && IsCheckpoint(file.Path));
        Assert.Equal(
            ScanLevel.Safe,
            Scanner.Scan(Repository.Samples).Files.Where(file => IsCheckpoint(file.Path)).Max(file => file.Level)
        );
    }

    private static bool IsCheckpoint(string path) => Path.GetExtension(path) is ".pt" or ".pth" or ".safetensors";

    private static ScanLevel LevelOf(string path) => Scanner.Scan(path).Level;

    private static List<(string Path, string Verdict)> Rows(Func<string, bool> isWanted)
    {
        Assert.SkipWhen(SharedFixtures.Folder is null, "The folder shared/fixtures is not beside the project.");
        string folder = SharedFixtures.Folder!;
        var rows = new List<(string, string)>();
        foreach (string line in File.ReadLines(Path.Combine(folder, "INDEX.tsv")).Skip(1))
        {
            string[] cells = line.Split('\t');
            if (cells.Length < 8 || !isWanted(cells[7]))
            {
                continue;
            }
            string beside = Path.Combine(folder, cells[0].Replace("/", "__", StringComparison.Ordinal), cells[2]);
            rows.Add((File.Exists(beside) ? beside : Path.Combine(folder, cells[2]), cells[7]));
        }
        return rows;
    }
}
