namespace Pth.Tar;

/// <summary>What an entry of a tar is.</summary>
internal enum TarEntryType
{
    File,
    Folder,
    HardLink,
    SymbolicLink,

    /// <summary>A device, a pipe or something of one system only. It has no content that could be read here.</summary>
    Other,
}
