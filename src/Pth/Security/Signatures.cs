namespace Pth.Security;

/// <summary>Containers by their first bytes.</summary>
internal static class Signatures
{
    /// <summary>What begins here; null for nothing known.</summary>
    public static string? Find(ReadOnlySpan<byte> bytes) =>
        bytes switch
        {
            [0x50, 0x4B, 3, 4, ..] or [0x50, 0x4B, 5, 6, ..] => "zip",
            [0x1F, 0x8B, 8, ..] => "gzip",
            _ => FindClosed(bytes),
        };

    /// <summary>A container that cannot be looked into; null for none.</summary>
    public static string? FindClosed(ReadOnlySpan<byte> bytes) =>
        bytes switch
        {
            [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => "7z",
            [(byte)'R', (byte)'a', (byte)'r', (byte)'!', 0x1A, 7, ..] => "rar",
            [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => "xz",
            [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', 0x31, 0x41, 0x59, 0x26, ..] => "bzip2",
            [0x28, 0xB5, 0x2F, 0xFD, ..] => "zstd",
            [4, 0x22, 0x4D, 0x18, ..] => "lz4",
            [(byte)'M', (byte)'S', (byte)'C', (byte)'F', 0, 0, 0, 0, ..] => "cab",
            [0x89, (byte)'L', (byte)'Z', (byte)'O', 0, ..] => "lzo",
            _ => null,
        };
}
