using Pth.Bytes;

namespace Pth.Formats.Wrapped;

/// <summary>Opens what lies in a gzip: a checkpoint, or a tar with one.</summary>
internal sealed class GzipReader : IContainerReader
{
    private const string Extension = ".gz";

    /// <inheritdoc />
    public bool MakesOwnMemory => true;

    /// <inheritdoc />
    public bool Recognizes(ByteSource source)
    {
        Span<byte> buffer = stackalloc byte[GzipFile.Magic.Length];
        return source.Read(0, (int)Math.Min(source.Length, buffer.Length), buffer).SequenceEqual(GzipFile.Magic);
    }

    /// <inheritdoc />
    public ContainerContent Open(ByteSource source, OpenContext context)
    {
        string file = Path.GetFileName(source.Name);
        string inner = file.EndsWith(Extension, StringComparison.OrdinalIgnoreCase)
            ? file[..^Extension.Length]
            : "content";
        ByteSource unpacked = new GzipFile(source, context.Options).Unpack($"{source.Name}!{inner}");
        try
        {
            // It is in memory already.
            OpenContext mapped = context with
            {
                Copies = false,
                Options = context.Options with
                {
                    VerifyChecksums = context.Options.VerifyChecksums ?? (context.Copies ? true : null),
                },
            };
            ContainerContent content = WrappedContent.Describe(
                mapped.OpenInner(unpacked),
                "It lies in a gzip, which was unpacked into memory; PyTorch reads it unpacked only."
            );
            return context.Copies && content.Memory is null
                ? content with
                {
                    Memory = unpacked,
                }
                : content with
                {
                    Owned = [.. content.Owned, unpacked],
                };
        }
        catch
        {
            unpacked.Dispose();
            throw;
        }
    }
}
