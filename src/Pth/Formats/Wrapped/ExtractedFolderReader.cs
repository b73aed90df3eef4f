using Pth.Bytes;

namespace Pth.Formats.Wrapped;

/// <summary>Opens a folder that a checkpoint of PyTorch was unpacked to: <c>data.pkl</c>, <c>data/</c>, <c>version</c>.</summary>
internal sealed class ExtractedFolderReader : IFolderReader
{
    /// <summary>The names of the files may begin with a dot. Links to folders may lead back.</summary>
    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = FileAttributes.None,
        RecurseSubdirectories = true,
        MaxRecursionDepth = 8,
    };

    /// <inheritdoc />
    public bool Recognizes(string path) =>
        Array.Exists(ExtractedArchive.Marks, mark => File.Exists(Path.Combine(path, mark)));

    /// <inheritdoc />
    public ContainerContent Open(string path, OpenContext context)
    {
        var opened = new List<ByteSource>();
        try
        {
            List<PackedFile> files = [];
            foreach (string file in Directory.EnumerateFiles(path, "*", Everything))
            {
                string name = Path.GetRelativePath(path, file).Replace(Path.DirectorySeparatorChar, '/');
                if (!PackedFile.IsLitter(name))
                {
                    // Opened when it is looked at: there may be more files than can be open.
                    var data = new LazySource(file, new FileInfo(file).Length, () => FileSource.Open(file));
                    opened.Add(data);
                    files.Add(new PackedFile(name, data.Length, 0, () => data, _ => []));
                }
            }
            string archiveName = Path.GetFileName(Path.GetFullPath(path).TrimEnd(Path.DirectorySeparatorChar));
            ByteSource zip = ExtractedArchive.Join(path, archiveName.Length == 0 ? "archive" : archiveName, files);
            ContainerContent content = WrappedContent.Describe(
                context.OpenInner(zip),
                "It is a folder that a checkpoint was unpacked to; PyTorch reads it only when it is packed again."
            );
            if (content.Memory is null)
            {
                return content with { Owned = [.. content.Owned, .. opened] };
            }
            opened.ForEach(data => data.Dispose());
            return content;
        }
        catch
        {
            opened.ForEach(data => data.Dispose());
            throw;
        }
    }
}
