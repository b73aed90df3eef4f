namespace Pth.Security;

/// <summary>The files of a folder and all below.</summary>
internal static class FolderWalk
{
    public static List<string> Files(string folder)
    {
        var files = new List<string>();
        var options = new EnumerationOptions
        {
            AttributesToSkip = FileAttributes.None,
            IgnoreInaccessible = false,
            RecurseSubdirectories = false,
        };
        var folders = new Stack<string>([folder]);
        while (folders.TryPop(out string? next))
        {
            foreach (FileSystemInfo entry in new DirectoryInfo(next).EnumerateFileSystemInfos("*", options))
            {
                string path = Path.Combine(next, entry.Name);
                if (entry is not DirectoryInfo)
                {
                    files.Add(path);
                }
                else if (entry.LinkTarget is null)
                {
                    folders.Push(path);
                }
            }
        }
        files.Sort(StringComparer.Ordinal);
        return files;
    }
}
