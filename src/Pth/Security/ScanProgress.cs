namespace Pth;

/// <summary>How far a scan of a folder has come.</summary>
/// <param name="Files">Files that are done.</param>
/// <param name="Total">Files there are.</param>
/// <param name="Path">The one that was done last.</param>
public readonly record struct ScanProgress(int Files, int Total, string Path);
