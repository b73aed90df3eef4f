using System.IO.Compression;

namespace Pth.Tests.Formats;

/// <summary>Plain zips, as people make them.</summary>
internal static class Zips
{
    public static byte[] Make(params ReadOnlySpan<(string Name, byte[] Content)> entries) => Make(false, entries);

    public static byte[] Make(bool isDeflated, params ReadOnlySpan<(string Name, byte[] Content)> entries)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                CompressionLevel level = isDeflated ? CompressionLevel.Optimal : CompressionLevel.NoCompression;
                using Stream entry = zip.CreateEntry(name, level).Open();
                entry.Write(content);
            }
        }
        return stream.ToArray();
    }
}
