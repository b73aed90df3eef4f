namespace Pth.Bytes;

/// <summary>What a path leads to.</summary>
internal enum FileKind
{
    Unknown,
    Regular,
    Folder,
    Pipe,
    Socket,
    Device,
}
