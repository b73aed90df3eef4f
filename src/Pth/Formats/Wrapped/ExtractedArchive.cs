using System.Globalization;
using Pth.Bytes;
using Pth.Zip;

namespace Pth.Formats.Wrapped;

/// <summary>
/// Puts the records of an unpacked PyTorch archive together again: a zip that is nowhere, whose headers lie in memory and whose data lies
/// where it is. So every reader of PyTorch's zips reads it.
/// </summary>
internal static class ExtractedArchive
{
    private const int Alignment = 64;

    /// <summary>The records that every archive of PyTorch since 1.4 has one of.</summary>
    public static string[] Marks { get; } = ["data.pkl", ".data/extern_modules"];

    /// <summary>The folders that are unpacked archives: their paths with a slash, or empty.</summary>
    public static IReadOnlyList<string> FindFolders(IEnumerable<string> names) =>
        [
            .. names
                .SelectMany(name =>
                    Marks
                        .Where(mark =>
                            name.EndsWith(mark, StringComparison.Ordinal)
                            && (name.Length == mark.Length || name[^(mark.Length + 1)] == '/')
                        )
                        .Select(mark => name[..^mark.Length])
                )
                .Distinct(StringComparer.Ordinal),
        ];

    /// <summary>Makes the zip.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="archiveName">The folder that the records are to lie in.</param>
    /// <param name="files">The records, by their names in the folder.</param>
    public static ByteSource Join(string name, string archiveName, IEnumerable<PackedFile> files)
    {
        PackedFile[] ordered = [.. files.OrderBy(Rank).ThenBy(file => file.Name, StringComparer.Ordinal)];
        ZipRecord[] records = [.. ordered.Select(file => new ZipRecord(file.Name, file.Open()))];
        ZipLayout layout = ZipLayout.Plan(archiveName, records, Alignment);
        var parts = new List<ByteSource>(2 * records.Length + 1);
        var directory = new byte[layout.DirectoryLength + ZipHeaders.EndLength];
        int written = 0;
        var before = Array.Empty<byte>();
        for (int i = 0; i < records.Length; i++)
        {
            ZipPlacement placement = layout.Placements[i];
            var header = new byte[before.Length + (int)(placement.DataOffset - placement.HeaderOffset)];
            before.CopyTo(header, 0);
            ZipHeaders.WriteLocal(header.AsSpan(before.Length), layout.NameOf(i), placement);
            parts.Add(new MemorySource(header));
            parts.Add(records[i].Data!);
            before = new byte[placement.DescriptorLength];
            ZipHeaders.WriteDescriptor(before, placement, ordered[i].Crc32);
            written += ZipHeaders.WriteCentral(
                directory.AsSpan(written),
                layout.NameOf(i),
                placement,
                ordered[i].Crc32
            );
        }
        ZipHeaders.WriteEnd(
            directory.AsSpan(written),
            new ZipDirectory(layout.DirectoryOffset, layout.DirectoryLength, records.Length)
        );
        parts.Add(new MemorySource(before));
        parts.Add(new MemorySource(directory));
        return new JoinedSource(name, parts);
    }

    /// <summary>The order in which PyTorch writes them: a folder has none.</summary>
    private static long Rank(PackedFile file)
    {
        const string Data = "data/";
        return file.Name switch
        {
            "data.pkl" => 0,
            ".format_version" => 1,
            ".storage_alignment" => 2,
            "byteorder" => 3,
            "version" or ".data/version" => long.MaxValue - 1,
            ".data/serialization_id" => long.MaxValue,
            _ when !file.Name.StartsWith(Data, StringComparison.Ordinal) => long.MaxValue - 2,
            _ => uint.TryParse(
                file.Name.AsSpan(Data.Length),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out uint number
            )
                ? 4L + number
                : long.MaxValue - 3,
        };
    }
}
