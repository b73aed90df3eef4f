using System.IO.Enumeration;

namespace Pth.Security;

/// <summary>The files of a folder and all below.</summary>
internal static class FolderWalk
{
    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
        RecurseSubdirectories = false,
    };

    /// <summary>Finds them, in the order of their paths.</summary>
    /// <param name="folder">The folder. Links to folders in it are not followed, so that none is met twice.</param>
    /// <param name="unreadable">Gets the folders that cannot be listed, and why.</param>
    public static List<string> Files(string folder, List<ScannedFile> unreadable)
    {
        var files = new List<string>();
        var folders = new Stack<string>([folder]);
        while (folders.TryPop(out string? next))
        {
            try
            {
                List(next, files, folders);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                unreadable.Add(new ScannedFile(next, "unreadable", ScanLevel.Safe, [], [], 0, e.Message));
            }
        }
        files.Sort(StringComparer.Ordinal);
        return files;
    }

    private static void List(string folder, List<string> files, Stack<string> folders)
    {
        foreach ((string name, bool isFolder) in Entries(folder))
        {
            string path = Path.Combine(folder, name);
            if (!isFolder)
            {
                files.Add(path);
            }
            else if (new DirectoryInfo(path).LinkTarget is null)
            {
                folders.Push(path);
            }
        }
    }

    // What the system says while it lists, without asking for each.
    private static FileSystemEnumerable<(string Name, bool IsFolder)> Entries(string folder) =>
        new(folder, (ref FileSystemEntry entry) => (entry.FileName.ToString(), entry.IsDirectory), Everything);
}
