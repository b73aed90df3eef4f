namespace Pth.Tar;

/// <summary>An entry of a tar. Its content lies in the archive as it is.</summary>
/// <param name="Name">Its path, as the archive says it: it may be absolute or have <c>..</c> in it, and is never used as a path here.</param>
/// <param name="Type">What it is.</param>
/// <param name="HeaderOffset">Where its last header begins.</param>
/// <param name="Offset">Where its content begins.</param>
/// <param name="Length">The bytes of its content; proved to be in the archive.</param>
/// <param name="Link">What a link points to; empty for others.</param>
internal sealed record TarEntry(
    string Name,
    TarEntryType Type,
    long HeaderOffset,
    long Offset,
    long Length,
    string Link
);
