using Pth.Bytes;
using Pth.Errors;

namespace Pth.Formats;

/// <summary>Tells containers apart by their first bytes, as <c>torch.load</c> does.</summary>
internal static class ContainerDetector
{
    /// <summary>A pickle of the number 0x1950a86a20f9469cfc6c: the file format of before PyTorch 1.6.</summary>
    private static ReadOnlySpan<byte> LegacyMagic =>
        [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E];

    /// <exception cref="CheckpointException">The source is no zip.</exception>
    public static void RequireTorchZip(ByteSource source)
    {
        ReadOnlySpan<byte> head = source.GetSpan(0, (int)Math.Min(source.Length, LegacyMagic.Length));
        if (head.StartsWith("PK\x03\x04"u8))
        {
            return;
        }
        ErrorLocation location = new ErrorLocation(source.Name).At(0);
        if (head.SequenceEqual(LegacyMagic))
        {
            throw location.Error(
                CheckpointErrorKind.Unsupported,
                "a file in the format of before PyTorch 1.6",
                "a zip, as torch.save writes it since"
            );
        }
        throw location.Error(
            CheckpointErrorKind.UnknownContainer,
            head.IsEmpty
                ? "an empty file"
                : $"a file that begins with {Convert.ToHexString(head[..Math.Min(4, head.Length)])}",
            "a zip, as torch.save writes it"
        );
    }
}
