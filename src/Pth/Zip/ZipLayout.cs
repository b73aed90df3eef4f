using System.Text;

namespace Pth.Zip;

/// <summary>
/// The whole file before its first byte is written: PyTorch's records, each at its place, and the length of it all.
/// </summary>
internal sealed class ZipLayout
{
    private readonly ZipPlacement[] _placements;

    private ZipLayout(string archiveName, IReadOnlyList<ZipRecord> records, int alignment, ZipPlacement[] placements)
    {
        ArchiveName = archiveName;
        Records = records;
        Alignment = alignment;
        _placements = placements;
    }

    /// <summary>The folder that holds all records; empty where they lie in none.</summary>
    public string ArchiveName { get; }

    public IReadOnlyList<ZipRecord> Records { get; }

    /// <summary>Where each record's data begins: at a multiple of this.</summary>
    public int Alignment { get; }

    public ReadOnlySpan<ZipPlacement> Placements => _placements;

    public long DirectoryOffset { get; private init; }

    public long DirectoryLength { get; private init; }

    /// <summary>The length of the file.</summary>
    public long Length =>
        DirectoryOffset + DirectoryLength + ZipFormat.Zip64End.Size + ZipFormat.Zip64Locator.Size + ZipFormat.End.Size;

    /// <summary>Places all records.</summary>
    /// <exception cref="ArgumentException">
    /// A name or the padding does not fit in a header, or a record without data is not the last.
    /// </exception>
    public static ZipLayout Plan(string archiveName, IReadOnlyList<ZipRecord> records, int alignment)
    {
        ArgumentNullException.ThrowIfNull(archiveName);
        ArgumentOutOfRangeException.ThrowIfLessThan(alignment, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(alignment, ushort.MaxValue + 1);
        int folderLength = archiveName.Length == 0 ? 0 : Encoding.UTF8.GetByteCount(archiveName) + 1;
        var placements = new ZipPlacement[records.Count];
        long offset = 0;
        long directoryLength = 0;
        for (int i = 0; i < records.Count; i++)
        {
            ZipRecord record = records[i];
            ArgumentOutOfRangeException.ThrowIfNegative(record.Length, nameof(records));
            if (record.Data is null ? i != records.Count - 1 : record.Data.Length != record.Length)
            {
                throw new ArgumentException(
                    $"The record '{record.Name}' has no data of its length, and is not the last.",
                    nameof(records)
                );
            }
            int nameLength = folderLength + Encoding.UTF8.GetByteCount(record.Name);
            ZipPlacement placement = Place(offset, nameLength, record, alignment);
            placements[i] = placement;
            offset = placement.End;
            directoryLength += ZipFormat.CentralHeader.Size + nameLength + placement.Zip64ExtraLength;
        }
        return new ZipLayout(archiveName, records, alignment, placements)
        {
            DirectoryOffset = offset,
            DirectoryLength = directoryLength,
        };
    }

    /// <summary>The name of a record in the file.</summary>
    public string NameOf(int index) =>
        ArchiveName.Length == 0 ? Records[index].Name : $"{ArchiveName}/{Records[index].Name}";

    private static ZipPlacement Place(long offset, int nameLength, ZipRecord record, int alignment)
    {
        var placement = new ZipPlacement(offset, 0, record.Length);
        int extraLength = placement.Zip64ExtraLength + ZipFormat.ExtraHeaderLength;
        long unpadded = offset + ZipFormat.LocalHeader.Size + nameLength + extraLength;
        int padding = (int)((alignment - unpadded % alignment) % alignment);
        if (nameLength > ushort.MaxValue || extraLength + padding > ushort.MaxValue)
        {
            throw new ArgumentException(
                $"The record '{record.Name}' needs a name of {nameLength} and {extraLength + padding} bytes of padding; "
                    + $"a zip header holds {ushort.MaxValue} of each.",
                nameof(record)
            );
        }
        return placement with { DataOffset = unpadded + padding };
    }
}
