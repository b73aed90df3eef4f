using Pth.Bytes;
using Pth.Errors;

namespace Pth.Formats.Sharded;

/// <summary>Reads <c>model.safetensors.index.json</c> and its like, and the shards that it names, beside it.</summary>
internal sealed class ShardIndexReader : IContainerReader
{
    private const int HeadLength = 1 << 16;

    /// <inheritdoc />
    public bool Recognizes(ByteSource source)
    {
        Span<byte> buffer = stackalloc byte[1];
        if (
            source.Length == 0
            || source.Read(0, 1, buffer)[0] is not ((byte)'{' or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        )
        {
            return false;
        }
        int length = (int)Math.Min(source.Length, HeadLength);
        ReadOnlySpan<byte> head = source.Read(0, length, new byte[length]);
        return head.TrimStart(" \t\r\n"u8) is [(byte)'{', ..] && head.IndexOf("\"weight_map\""u8) >= 0;
    }

    /// <inheritdoc />
    public ContainerContent Open(ByteSource source, OpenContext context)
    {
        var index = ShardIndex.Read(source, context.Options);
        if (!File.Exists(source.Name))
        {
            throw new ErrorLocation(source.Name).Error(
                CheckpointErrorKind.Unsupported,
                "an index of shards by itself",
                "a path, beside which its shards lie"
            );
        }
        string folder = Path.GetDirectoryName(Path.GetFullPath(source.Name))!;
        return ShardedContent.Open(source.Name, folder, index.FileNames, index, context);
    }
}
