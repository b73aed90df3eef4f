using System.Buffers.Binary;
using System.Text;
using Pth.Bytes;

namespace Pth.Security;

/// <summary>
/// Looks at a zip in both ways that programs read it: by the central directory and by the local headers. Where they differ, what either
/// would load is looked at.
/// </summary>
internal sealed partial class ZipScan(FileScan scan, ContentScan contents)
{
    private const int LocalLength = 30;

    private readonly List<(long Start, long End, string Name)> _places = [];

    /// <summary>Looks at what programs find that read a row of zips as one.</summary>
    /// <param name="directory">The directory of the last one, as part of the whole.</param>
    /// <param name="others">Where other programs find one.</param>
    /// <param name="source">The whole row.</param>
    /// <param name="stream">What it is called.</param>
    /// <param name="depth">How deep it lies in others.</param>
    public void LookAtOthers(
        ZipDirectoryScan directory,
        List<(long Start, long Shift)> others,
        ByteSource source,
        string? stream,
        int depth
    )
    {
        var records = new List<ZipEntryScan>();
        FindOtherRecords(directory, others, stream, records);
        new ZipRecordsScan(scan, contents, source, directory.Window, stream, depth).Look(records, isSound: false);
    }

    public void Look(ZipDirectoryScan directory, ByteSource source, string? stream, int depth)
    {
        int before = scan.ArchiveFaults - directory.Faults;
        if (directory.IsMissing)
        {
            scan.Add(
                ScanLevel.Suspicious,
                "PTH036",
                stream,
                null,
                "a zip without a central directory: it is cut off, or only some programs can read it"
            );
        }
        CheckNames(directory.Entries, stream);
        var records = new List<ZipEntryScan>(directory.Entries.Count);
        _places.EnsureCapacity(directory.Entries.Count);
        foreach (ZipEntryScan central in directory.Entries)
        {
            FindRecord(central, directory, stream, records);
        }
        if (directory.Others.Count > 0)
        {
            FindOtherRecords(directory, directory.Others, stream, records);
        }
        WalkGaps(directory, source, stream, depth, records);
        new ZipRecordsScan(scan, contents, source, directory.Window, stream, depth).Look(
            records,
            isSound: scan.ArchiveFaults == before
        );
        if (directory.OtherEnd > 0)
        {
            string name = StreamName.Within(stream, $"zip that ends at 0x{directory.OtherEnd:X}");
            contents.LookAtStray(source.Slice(0, directory.OtherEnd), name, depth + 1);
        }
    }

    // What only another directory leads to, or what it says otherwise of a record.
    private void FindOtherRecords(
        ZipDirectoryScan directory,
        List<(long Start, long Shift)> others,
        string? stream,
        List<ZipEntryScan> records
    )
    {
        HashSet<ZipEntryScan> known = [.. directory.Entries.Select(entry => AsSeen(entry, directory))];
        foreach (ZipDirectoryScan other in others.Select(place => directory.ReadOther(place, scan, stream)))
        {
            CheckNames(other.Entries, stream);
            foreach (ZipEntryScan entry in other.Entries.Where(entry => known.Add(AsSeen(entry, other))))
            {
                FindRecord(entry, other, stream, records);
            }
        }

        static ZipEntryScan AsSeen(ZipEntryScan entry, ZipDirectoryScan directory) =>
            entry with
            {
                HeaderOffset = 0,
                LocalOffset = entry.LocalOffset + directory.Shift,
            };
    }

    private void CheckNames(List<ZipEntryScan> entries, string? stream)
    {
        var names = new HashSet<string>(entries.Count, StringComparer.OrdinalIgnoreCase);
        foreach (ZipEntryScan entry in entries)
        {
            if (!names.Add(entry.Name))
            {
                scan.Add(
                    ScanLevel.Suspicious,
                    "PTH033",
                    StreamName.Record(stream, entry.Name),
                    entry.HeaderOffset,
                    "a second record of this name"
                );
            }
            if (ArchivePath.WhatIsWrong(entry.Name) is { } wrong)
            {
                scan.Add(
                    ScanLevel.Suspicious,
                    "PTH034",
                    StreamName.Record(stream, entry.Name),
                    entry.HeaderOffset,
                    wrong
                );
            }
        }
    }

    private void FindRecord(
        ZipEntryScan central,
        ZipDirectoryScan directory,
        string? stream,
        List<ZipEntryScan> records
    )
    {
        string name = StreamName.Record(stream, central.Name);
        ReadWindow source = directory.Window;
        long at = central.LocalOffset + directory.Shift;
        if (ReadLocal(source, at, central.Name) is not { } local)
        {
            scan.Add(
                ScanLevel.Suspicious,
                "PTH036",
                name,
                central.HeaderOffset,
                $"the record's own header is not at 0x{at:X}"
            );
            return;
        }
        CheckFlags(central, local, name);
        foreach (string difference in Differences(central, local))
        {
            scan.Add(ScanLevel.Suspicious, "PTH030", name, local.HeaderOffset, difference);
        }
        long left = source.Length - local.DataOffset;
        ZipEntryScan record = central with { DataOffset = local.DataOffset };
        if (central.Packed > left)
        {
            scan.Add(ScanLevel.Suspicious, "PTH036", name, at, "the record reaches behind the end of the file");
            record = record with { Packed = left };
        }
        records.Add(record);
        _places.Add((at, DescriptorEnd(source, record), record.Name));
        // Who goes by the local header loads something else.
        bool isOther = local.Method != central.Method || (!local.HasDescriptor && local.Packed != central.Packed);
        if (isOther && local.Packed > 0)
        {
            records.Add(local with { Packed = Math.Min(local.Packed, left) });
        }
        else if (isOther)
        {
            records.Add(local with { Packed = record.Packed, Length = record.Length });
        }
    }

    private void CheckFlags(ZipEntryScan central, ZipEntryScan local, string name)
    {
        // Encrypted, patched, strongly encrypted, hidden local header. PyTorch looks at none of them.
        int odd = (central.Flags | local.Flags) & (1 | 0x20 | 0x40 | 0x2000);
        if (odd != 0)
        {
            scan.Add(
                ScanLevel.Suspicious,
                "PTH031",
                name,
                local.HeaderOffset,
                $"flag bits 0x{odd:X}, which make other programs refuse what PyTorch loads"
            );
        }
    }

    private static List<string> Differences(ZipEntryScan central, ZipEntryScan local)
    {
        List<string> differences = [];
        if (central.Name != local.Name)
        {
            differences.Add($"the name is '{local.Name}' in its own header");
        }
        if (central.Method != local.Method)
        {
            differences.Add($"the method is {central.Method} and {local.Method}");
        }
        if ((central.Flags & ~8) != (local.Flags & ~8))
        {
            differences.Add($"the flags are 0x{central.Flags:X} and 0x{local.Flags:X}");
        }
        // With a descriptor the local header may leave them open.
        bool isOpen = local.HasDescriptor;
        if (central.Packed != local.Packed && !(isOpen && local.Packed is 0 or uint.MaxValue))
        {
            differences.Add($"the packed size is {central.Packed} and {local.Packed}");
        }
        if (central.Length != local.Length && !(isOpen && local.Length is 0 or uint.MaxValue))
        {
            differences.Add($"the size is {central.Length} and {local.Length}");
        }
        if (central.Crc32 != local.Crc32 && !(isOpen && local.Crc32 == 0))
        {
            differences.Add($"the checksum is {central.Crc32:x8} and {local.Crc32:x8}");
        }
        if (central.Method == 0 && central.Packed != central.Length)
        {
            differences.Add($"it is stored, and has {central.Packed} bytes of {central.Length}");
        }
        return differences;
    }

    /// <summary>The header in front of a record; null where there is none.</summary>
    private static ZipEntryScan? ReadLocal(ReadWindow source, long offset, string expectedName = "")
    {
        if (offset < 0 || offset > source.Length - LocalLength || source.Get(offset, 4) is not [0x50, 0x4B, 3, 4])
        {
            return null;
        }
        ReadOnlySpan<byte> header = source.Get(offset, LocalLength);
        int name = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]);
        int extra = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        long data = offset + LocalLength + name + extra;
        if (data > source.Length)
        {
            return null;
        }
        header = source.Get(offset, LocalLength + name + extra);
        ReadOnlySpan<byte> rest = header[LocalLength..];
        var entry = new ZipEntryScan
        {
            Name = Ascii.Equals(rest[..name], expectedName) ? expectedName : Encoding.UTF8.GetString(rest[..name]),
            HeaderOffset = offset,
            Flags = BinaryPrimitives.ReadUInt16LittleEndian(header[6..]),
            Method = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]),
            Crc32 = BinaryPrimitives.ReadUInt32LittleEndian(header[14..]),
            Packed = BinaryPrimitives.ReadUInt32LittleEndian(header[18..]),
            Length = BinaryPrimitives.ReadUInt32LittleEndian(header[22..]),
            DataOffset = data,
        };
        return entry.WithZip64(rest[name..]);
    }

    // Behind the bytes may stand checksum and sizes, with a signature or without, of 32 or 64 bits.
    private static long DescriptorEnd(ReadWindow source, ZipEntryScan record)
    {
        long end = record.DataOffset + record.Packed;
        if (!record.HasDescriptor)
        {
            return end;
        }
        bool hasSignature = end + 4 <= source.Length && source.Get(end, 4) is [0x50, 0x4B, 7, 8];
        long body = end + (hasSignature ? 4 : 0);
        if (body + 12 > source.Length || (!hasSignature && ReadCrc(source, body) != record.Crc32))
        {
            return end;
        }
        bool isWide =
            body + 20 <= source.Length
            && BinaryPrimitives.ReadInt64LittleEndian(source.Get(body + 4, 8)) == record.Packed
            && BinaryPrimitives.ReadInt64LittleEndian(source.Get(body + 12, 8)) == record.Length;
        return body + (isWide ? 20 : 12);
    }

    private static uint ReadCrc(ReadWindow source, long offset) =>
        BinaryPrimitives.ReadUInt32LittleEndian(source.Get(offset, 4));
}
