namespace Pth;

/// <summary>One thing that a scan found.</summary>
/// <param name="Level">How bad it is.</param>
/// <param name="Rule">Its rule: <c>PTH001</c>; see <see cref="ScanRule.All"/>. A number never changes its meaning.</param>
/// <param name="Global">The class or function it is about, <c>os.system</c>; null where it is about none.</param>
/// <param name="Stream">What in the file it was found in: <c>archive/data.pkl</c>, <c>archive/data.pkl > bytes at 0x1A3</c>; null for the file itself.</param>
/// <param name="Offset">The byte in that stream; null where it is about the whole of it.</param>
/// <param name="Call">The call with its arguments as it would be made, cut to a readable length; null where none is made.</param>
/// <param name="Reason">Why it was found, in words.</param>
/// <param name="Path">The file, as given.</param>
public sealed record Finding(
    ScanLevel Level,
    string Rule,
    string? Global,
    string? Stream,
    long? Offset,
    string? Call,
    string Reason,
    string Path
);
