namespace Pth;

/// <summary>What a scan found.</summary>
/// <param name="Files">Every file that was looked at, in the order of their paths.</param>
public sealed record ScanReport(IReadOnlyList<ScannedFile> Files)
{
    /// <summary>The worst level of all files.</summary>
    public ScanLevel Level => Files.Count == 0 ? ScanLevel.Safe : Files.Max(file => file.Level);

    /// <summary>All findings, file by file.</summary>
    public IEnumerable<Finding> Findings => Files.SelectMany(file => file.Findings);

    /// <summary>Whether a file could not be read.</summary>
    public bool HasErrors => Files.Any(file => file.Error is not null);
}
