using Pth.Bytes;
using Pth.Errors;
using Pth.Tar;

namespace Pth.Formats.Wrapped;

/// <summary>Opens the checkpoint that somebody packed into a tar.</summary>
internal sealed class TarWrapperReader : IContainerReader
{
    /// <inheritdoc />
    public bool MakesOwnMemory => true;

    /// <inheritdoc />
    public bool Recognizes(ByteSource source) => TarReader.IsAt(source);

    /// <inheritdoc />
    public ContainerContent Open(ByteSource source, OpenContext context)
    {
        var reader = new TarReader(source, new ErrorLocation(source.Name), context.Options.Limits);
        var files = new List<PackedFile>();
        while (reader.TryReadNext(out TarEntry? entry))
        {
            if (entry.Type == TarEntryType.File)
            {
                string name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
                ByteSource data = source.Slice(entry.Offset, entry.Length);
                files.Add(new PackedFile(name, entry.Length, 0, () => data, length => ReadHead(data, length)));
            }
        }
        return new PackedFiles(source, "tar", files, context).Open();
    }

    private static byte[] ReadHead(ByteSource data, int length)
    {
        var head = new byte[Math.Min(length, data.Length)];
        data.CopyTo(0, head);
        return head;
    }
}
