using Pth.Bytes;
using Pth.Errors;

namespace Pth.Formats.Wrapped;

/// <summary>Finds the one checkpoint among files that were packed, and opens it.</summary>
/// <param name="source">What they are packed in.</param>
/// <param name="kind">What that is: <c>zip</c>, <c>tar</c>.</param>
/// <param name="files">The files, without folders.</param>
/// <param name="context">How to open.</param>
internal sealed class PackedFiles(ByteSource source, string kind, IReadOnlyList<PackedFile> files, OpenContext context)
{
    private const int HeadLength = 1 << 16;
    private const int MaxLooked = 1_000;
    private const int MaxListed = 8;

    private readonly PackedFile[] _files = [.. files.Where(file => !PackedFile.IsLitter(file.Name))];

    /// <summary>Opens the checkpoint.</summary>
    /// <exception cref="CheckpointException">There is none, there are several, or it is not what its format says.</exception>
    public ContainerContent Open()
    {
        IReadOnlyList<string> folders = ExtractedArchive.FindFolders(_files.Select(file => file.Name));
        PackedFile[] others =
        [
            .. _files.Where(file => !folders.Any(folder => file.Name.StartsWith(folder, StringComparison.Ordinal))),
        ];
        if (folders.Count == 0 && others.Length == 1)
        {
            return OpenFile(others[0]);
        }
        PackedFile[] candidates = [.. others.Take(MaxLooked).Where(IsCheckpoint)];
        return (folders.Count, candidates.Length) switch
        {
            (0, 0) => throw new ErrorLocation(source.Name).Error(
                CheckpointErrorKind.UnknownContainer,
                others.Length == 0
                    ? $"a {kind} without files"
                    : $"a {kind} of {others.Length} files, none of which is a checkpoint ({List(others.Select(file => file.Name))})",
                $"a checkpoint, or a {kind} with one in it"
            ),
            (1, 0) => OpenFolder(folders[0]),
            (0, 1) => OpenFile(candidates[0]),
            _ => throw new ErrorLocation(source.Name).Error(
                CheckpointErrorKind.Unsupported,
                $"a {kind} of several checkpoints ({List([.. folders.Select(folder => folder.Length == 0 ? "data.pkl" : folder), .. candidates.Select(file => file.Name)])})",
                "one: unpack it, and name the file or the folder of shards that is meant"
            ),
        };
    }

    private ContainerContent OpenFile(PackedFile file)
    {
        ByteSource inner = new NamedSource(file.Open(), $"{source.Name}!{file.Name}");
        ContainerContent content = context.OpenInner(inner);
        try
        {
            if (content.VerifyChecksums is null && (context.Options.VerifyChecksums ?? context.Copies))
            {
                new StorageChecksum(inner, file.Crc32, new ErrorLocation(source.Name, file.Name)).Verify();
            }
        }
        catch
        {
            content.Dispose();
            throw;
        }
        return WrappedContent.Describe(
            content,
            $"It lies in a {kind}, as '{file.Name}'; PyTorch reads it unpacked only."
        );
    }

    private ContainerContent OpenFolder(string folder)
    {
        string path = folder.TrimEnd('/');
        IEnumerable<PackedFile> records = _files
            .Where(file => file.Name.StartsWith(folder, StringComparison.Ordinal))
            .Select(file => file with { Name = file.Name[folder.Length..] });
        ByteSource inner = ExtractedArchive.Join(
            path.Length == 0 ? source.Name : $"{source.Name}!{path}",
            path.Length == 0 ? "archive" : path.Split('/')[^1],
            records
        );
        return WrappedContent.Describe(
            context.OpenInner(inner),
            $"Its records lie in a {kind} otherwise than PyTorch packs them{(path.Length == 0 ? "" : $", in '{path}'")}; PyTorch does not read it so."
        );
    }

    private bool IsCheckpoint(PackedFile file) =>
        OpenContext.IsContainer(new MemorySource(file.ReadHead(HeadLength), source.Name));

    private static string List(IEnumerable<string> names)
    {
        string[] all = [.. names];
        string listed = string.Join(", ", all.Take(MaxListed));
        return all.Length > MaxListed ? $"{listed} and {all.Length - MaxListed} more" : listed;
    }
}
