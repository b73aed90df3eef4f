using Pth.Bytes;

namespace Pth.Formats.Wrapped;

/// <summary>A file in a zip, a tar or a folder.</summary>
/// <param name="Name">Its path in there, with <c>/</c>.</param>
/// <param name="Length">Its bytes, unpacked.</param>
/// <param name="Crc32">The checksum that is recorded for them; 0 where there is none.</param>
/// <param name="Open">Gives its bytes.</param>
/// <param name="ReadHead">Gives the first of its bytes, so many at most, without unpacking the rest.</param>
internal sealed record PackedFile(
    string Name,
    long Length,
    uint Crc32,
    Func<ByteSource> Open,
    Func<int, byte[]> ReadHead
)
{
    /// <summary>Whether it is what file managers leave behind.</summary>
    public static bool IsLitter(string name) =>
        name.StartsWith("__MACOSX/", StringComparison.Ordinal)
        || name.Split('/')[^1] is ".DS_Store" or "Thumbs.db" or "desktop.ini"
        || name.Split('/')[^1].StartsWith("._", StringComparison.Ordinal);
}
