namespace Pth;

/// <summary>What a change to a file did.</summary>
/// <param name="IsInPlace">Whether the file was changed where it is; else a new one has replaced it.</param>
/// <param name="BytesWritten">The bytes that were written.</param>
public sealed record EditSummary(bool IsInPlace, long BytesWritten);
