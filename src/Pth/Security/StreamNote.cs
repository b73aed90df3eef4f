namespace Pth.Security;

/// <summary>Something about a pickle's structure that is worth a finding.</summary>
internal readonly record struct StreamNote(
    ScanLevel Level,
    string Rule,
    int Offset,
    string Reason,
    string? Call = null
);
