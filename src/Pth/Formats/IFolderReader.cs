namespace Pth.Formats;

/// <summary>Reads a checkpoint that is a folder of files.</summary>
internal interface IFolderReader
{
    /// <summary>Whether the folder is of this kind, by the names in it.</summary>
    bool Recognizes(string path);

    /// <summary>Reads what describes the tensors; files are opened by <see cref="OpenContext.OpenPath"/>.</summary>
    /// <exception cref="CheckpointException">The content is not what its format says.</exception>
    ContainerContent Open(string path, OpenContext context);
}
