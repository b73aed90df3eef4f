using System.Buffers.Binary;
using System.Text;
using Pth.Bytes;

namespace Pth.Security;

/// <summary>A zip's central directory, read as leniently as any zip program does.</summary>
internal sealed class ZipDirectoryScan : IDisposable
{
    private const int EndLength = 22;
    private const int CentralLength = 46;
    private const int LongestComment = 0xFFFF;

    /// <summary>What is read of the end at first: the directory of a hundred records, and no comment.</summary>
    private const int UsualTail = 8 << 10;

    private const int UsualHeader = 4 << 10;
    private const int MostEntries = 2_000_000;

    private ZipDirectoryScan(ReadWindow window, long start, long end, long shift)
    {
        Window = window;
        Start = start;
        End = end;
        Shift = shift;
    }

    /// <summary>The archive's headers.</summary>
    public ReadWindow Window { get; }

    /// <summary>Where it begins; where the file ends, when there is none.</summary>
    public long Start { get; }

    /// <summary>Where the end record and its comment end.</summary>
    public long End { get; }

    /// <summary>How far everything lies behind where it says: bytes were put before the archive.</summary>
    public long Shift { get; }

    public bool IsMissing { get; private init; }

    /// <summary>What was found wrong while it was read.</summary>
    public int Faults { get; private set; }

    /// <summary>Where another end record and its comment end, which some program may take for the last; 0 where there is none.</summary>
    public long OtherEnd { get; private set; }

    public List<ZipEntryScan> Entries { get; } = [];

    /// <summary>Where its last entry ends.</summary>
    public long EntriesEnd { get; private set; }

    /// <summary>Where the end records begin.</summary>
    public long EndRecords { get; private init; }

    /// <summary>Where other programs find a directory, and how far everything lies behind where that says.</summary>
    public List<(long Start, long Shift)> Others { get; private init; } = [];

    /// <summary>Reads it; null where the bytes are no zip.</summary>
    public static ZipDirectoryScan? TryRead(ByteSource source, FileScan scan, string? stream)
    {
        bool startsAsZip = source.Length >= 4 && source.Read(0, 4, stackalloc byte[4]) is [0x50, 0x4B, 3, 4];
        var window = new ReadWindow(source, UsualTail, UsualHeader);
        int before = scan.ArchiveFaults;
        ZipDirectoryScan? directory = TryRead(window, startsAsZip, scan, stream);
        if (directory is null)
        {
            window.Dispose();
            return null;
        }
        directory.Faults = scan.ArchiveFaults - before;
        return directory;
    }

    private static ZipDirectoryScan? TryRead(ReadWindow window, bool startsAsZip, FileScan scan, string? stream)
    {
        long end = FindEnd(window, startsAsZip);
        if (end < 0)
        {
            return startsAsZip ? Missing(window) : null;
        }
        ReadOnlySpan<byte> record = window.Get(end, EndLength);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(record[12..]);
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
        int comment = BinaryPrimitives.ReadUInt16LittleEndian(record[20..]);
        long endOfDirectory = end;
        List<(long Start, long Shift)> others = [(offset, 0)];
        if (TryReadZip64(window, end, out long offset64, out long size64, out long at))
        {
            bool isOther = (offset != uint.MaxValue && offset != offset64) || (size != uint.MaxValue && size != size64);
            if (isOther)
            {
                scan.Add(
                    ScanLevel.Suspicious,
                    "PTH036",
                    stream,
                    end,
                    "the two end records tell of different directories"
                );
            }
            (offset, size, endOfDirectory) = (offset64, size64, at);
            AddOthersOfZip64(window, end, others);
        }
        else
        {
            others.Add((end - size, end - size - offset));
        }
        long start = endOfDirectory - size;
        if (start < 0 || !IsCentral(window, start))
        {
            start = offset;
        }
        bool isEmpty = size == 0 && endOfDirectory >= 0;
        if (!isEmpty && (start < 0 || !IsCentral(window, start)))
        {
            if (!startsAsZip)
            {
                return null;
            }
            scan.Add(ScanLevel.Suspicious, "PTH036", stream, end, "the central directory is not where it should be");
            return Missing(window);
        }
        long fileEnd = Math.Min(end + EndLength + comment, window.Length);
        var directory = new ZipDirectoryScan(window, start, fileEnd, start - offset)
        {
            EndRecords = endOfDirectory,
            Others =
            [
                .. others.Distinct().Where(other => other != (start, start - offset) && IsCentral(window, other.Start)),
            ],
        };
        directory.ReadEntries(window, start, endOfDirectory, scan, stream);
        if (comment > 0)
        {
            scan.Add(
                ScanLevel.Suspicious,
                "PTH035",
                stream,
                end + EndLength,
                $"a comment of {comment} bytes behind the zip"
            );
            directory.FindOtherEnd(window, end + EndLength, fileEnd, scan, stream);
        }
        return directory;
    }

    private static ZipDirectoryScan Missing(ReadWindow window) =>
        new(window, window.Length, window.Length, 0) { IsMissing = true };

    public void Dispose() => Window.Dispose();

    // The last end record whose comment reaches to the end of the file; else, in what begins as a zip, the last one.
    private static long FindEnd(ReadWindow source, bool startsAsZip)
    {
        if (source.Length < EndLength)
        {
            return -1;
        }
        int length = (int)Math.Min(source.Length, startsAsZip ? 1 << 20 : EndLength + LongestComment);
        return FindEnd(source, Math.Min(length, UsualTail), out _) is >= 0 and var usual ? usual
            : FindEnd(source, length, out long last) is >= 0 and var end ? end
            : startsAsZip ? last
            : -1;
    }

    /// <summary>The last end record in the last bytes whose comment reaches to the end; -1 where there is none.</summary>
    /// <param name="source">The archive.</param>
    /// <param name="length">How many bytes are looked at.</param>
    /// <param name="last">The last one, whatever its comment; -1 where there is none.</param>
    private static long FindEnd(ReadWindow source, int length, out long last)
    {
        long first = source.Length - length;
        ReadOnlySpan<byte> tail = source.Get(first, length);
        last = -1;
        int position = tail.Length;
        while ((position = tail[..position].LastIndexOf("PK\x05\x06"u8)) >= 0)
        {
            if (position + EndLength > tail.Length)
            {
                continue;
            }
            int comment = BinaryPrimitives.ReadUInt16LittleEndian(tail[(position + 20)..]);
            if (position + EndLength + comment == tail.Length)
            {
                return first + position;
            }
            last = last < 0 ? first + position : last;
        }
        return -1;
    }

    // Readers that look for the last end record find it in the comment of the first.
    private void FindOtherEnd(ReadWindow source, long start, long end, FileScan scan, string? stream)
    {
        ReadOnlySpan<byte> comment = source.Get(start, (int)(end - start));
        int other = comment.LastIndexOf("PK\x05\x06"u8);
        if (other >= 0 && other + EndLength <= comment.Length)
        {
            OtherEnd = start + other + EndLength;
            scan.Add(
                ScanLevel.Suspicious,
                "PTH036",
                stream,
                start + other,
                "a second end record in the comment of the zip"
            );
        }
    }

    private static bool TryReadZip64(ReadWindow source, long end, out long offset, out long size, out long at)
    {
        offset = size = at = 0;
        if (end < 20 || source.Get(end - 20, 4) is not [0x50, 0x4B, 6, 7])
        {
            return false;
        }
        // What says where it is may be wrong by what stands before the archive; in a row of zips it leads into the first.
        at = end - 20 - 56;
        if (!IsAt(source, at, 6))
        {
            at = BinaryPrimitives.ReadInt64LittleEndian(source.Get(end - 12, 8));
        }
        if (!IsAt(source, at, 6) || at > source.Length - 56)
        {
            return false;
        }
        size = BinaryPrimitives.ReadInt64LittleEndian(source.Get(at + 40, 8));
        offset = BinaryPrimitives.ReadInt64LittleEndian(source.Get(at + 48, 8));
        return size >= 0 && offset >= 0;
    }

    /// <summary>
    /// PyTorch believes the zip64 record that the locator names, and the offset in it; Python's zipfile the record in front of the locator, and
    /// that the directory ends there. Both go by the last end record where there is no such record (measured with both).
    /// </summary>
    private static void AddOthersOfZip64(ReadWindow source, long end, List<(long Start, long Shift)> others)
    {
        foreach (long at in (long[])[BinaryPrimitives.ReadInt64LittleEndian(source.Get(end - 12, 8)), end - 20 - 56])
        {
            if (IsAt(source, at, 6) && at <= source.Length - 56)
            {
                long size = BinaryPrimitives.ReadInt64LittleEndian(source.Get(at + 40, 8));
                long offset = BinaryPrimitives.ReadInt64LittleEndian(source.Get(at + 48, 8));
                if (offset >= 0)
                {
                    others.Add((offset, 0));
                }
                if (offset >= 0 && size >= 0 && size <= at)
                {
                    others.Add((at - size, at - size - offset));
                }
            }
        }
    }

    /// <summary>Reads a directory that other programs read. It shares the window.</summary>
    public ZipDirectoryScan ReadOther((long Start, long Shift) place, FileScan scan, string? stream)
    {
        scan.Add(
            ScanLevel.Suspicious,
            "PTH036",
            stream,
            place.Start,
            $"the end records disagree: some programs read the central directory at 0x{place.Start:X}, others that at 0x{Start:X}"
        );
        var other = new ZipDirectoryScan(Window, place.Start, End, place.Shift);
        other.ReadEntries(Window, place.Start, long.MaxValue, scan, stream);
        return other;
    }

    private static bool IsAt(ReadWindow source, long offset, byte kind) =>
        offset >= 0
        && offset <= source.Length - 4
        && source.Get(offset, 4) is [0x50, 0x4B, var found, _]
        && found == kind;

    private static bool IsCentral(ReadWindow source, long offset) =>
        offset >= 0 && offset <= source.Length - CentralLength && source.Get(offset, 4) is [0x50, 0x4B, 1, 2];

    private void ReadEntries(ReadWindow source, long start, long end, FileScan scan, string? stream)
    {
        long offset = start;
        while (IsCentral(source, offset) && offset < end && Entries.Count < MostEntries)
        {
            ReadOnlySpan<byte> header = source.Get(offset, CentralLength);
            int name = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
            int extra = BinaryPrimitives.ReadUInt16LittleEndian(header[30..]);
            int comment = BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
            long next = offset + CentralLength + name + extra + comment;
            if (next > source.Length)
            {
                break;
            }
            Entries.Add(ReadEntry(source.Get(offset, CentralLength + name + extra), name, offset));
            offset = next;
        }
        EntriesEnd = offset;
        if (offset != end && end != long.MaxValue)
        {
            scan.Add(
                ScanLevel.Suspicious,
                "PTH036",
                stream,
                offset,
                "the central directory does not end where its end record says"
            );
        }
    }

    private static ZipEntryScan ReadEntry(ReadOnlySpan<byte> header, int name, long offset)
    {
        ReadOnlySpan<byte> rest = header[CentralLength..];
        var entry = new ZipEntryScan
        {
            Name = Encoding.UTF8.GetString(rest[..name]),
            HeaderOffset = offset,
            Flags = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]),
            Method = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]),
            Crc32 = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]),
            Packed = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]),
            Length = BinaryPrimitives.ReadUInt32LittleEndian(header[24..]),
            LocalOffset = BinaryPrimitives.ReadUInt32LittleEndian(header[42..]),
        };
        return entry.WithZip64(rest[name..]);
    }
}
