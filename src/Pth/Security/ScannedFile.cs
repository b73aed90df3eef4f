namespace Pth;

/// <summary>What a scan found in one file.</summary>
/// <param name="Path">The file, as given.</param>
/// <param name="Content">
/// What it is by its content: <c>zip</c>, <c>pickle</c>, <c>safetensors</c>, <c>other</c>; for what a folder has beside files and is not looked
/// into, <c>pipe</c>, <c>socket</c>, <c>device</c>, <c>link</c> (one that leads to nothing).
/// </param>
/// <param name="Level">The worst of its findings.</param>
/// <param name="Findings">The worst first.</param>
/// <param name="Packages">The packages whose code loading it in Python wants, beyond PyTorch's weights.</param>
/// <param name="Pickles">How many pickles were followed.</param>
/// <param name="Error">Why the file could not be read; null where it could.</param>
public sealed record ScannedFile(
    string Path,
    string Content,
    ScanLevel Level,
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<string> Packages,
    int Pickles,
    string? Error = null
)
{
    /// <summary>Whether a folder has it beside its files, and it was not looked into.</summary>
    public bool IsSkipped => Content is "pipe" or "socket" or "device" or "link";
}
