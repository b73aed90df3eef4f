namespace Pth.Tests.Security;

/// <summary>Scans bytes and says what was found.</summary>
internal static class ScanAssert
{
    public static ScannedFile Scan(byte[] bytes, ScanOptions? options = null) => Scanner.Scan(bytes, "test", options);

    /// <summary>The file has a finding of this rule and level; about this global, where one is given.</summary>
    public static Finding Finds(byte[] bytes, ScanLevel level, string rule, string? global = null)
    {
        ScannedFile file = Scan(bytes);
        Finding? found = file.Findings.FirstOrDefault(finding =>
            finding.Rule == rule && finding.Level == level && (global is null || finding.Global == global)
        );
        Assert.True(found is not null, $"no {level} {rule} {global} in:\n{string.Join('\n', file.Findings)}");
        return found;
    }

    public static Finding FindsDanger(byte[] bytes, string global) =>
        Finds(bytes, ScanLevel.Dangerous, "PTH001", global);

    public static void IsSafe(byte[] bytes)
    {
        ScannedFile file = Scan(bytes);
        Assert.True(file.Level == ScanLevel.Safe, string.Join('\n', file.Findings));
    }
}
