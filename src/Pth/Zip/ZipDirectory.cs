using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Pth.Bytes;
using Pth.Errors;
using static Pth.Zip.ZipField;

namespace Pth.Zip;

/// <summary>Where the central directory lies, as the records at the end of the file say.</summary>
/// <param name="Offset">The first byte of the first central header.</param>
/// <param name="Length">The bytes of all central headers.</param>
/// <param name="Entries">Their number.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ZipDirectory(long Offset, long Length, long Entries)
{
    private const int SearchLength = ZipFormat.End.Size + ZipFormat.End.MaxCommentLength;

    /// <summary>Where it is searched for first: PyTorch writes no comment, and the directory of a model of moderate size is then read too.</summary>
    private const int LikelyLength = 1 << 12;

    public long End => Offset + Length;

    /// <summary>Finds and proves the end records.</summary>
    /// <remarks>
    /// The last end record counts, as for PyTorch and Python's zipfile, and bytes after it are tolerated as PyTorch tolerates them:
    /// up to the length of the longest comment. The records must touch each other: a gap is where readers begin to disagree.
    /// </remarks>
    public static ZipDirectory Find(ByteSource source)
    {
        var location = new ErrorLocation(source.Name);
        long endOffset = FindEnd(source, LikelyLength);
        if (endOffset < 0)
        {
            endOffset = FindEnd(source, SearchLength);
        }
        if (endOffset < 0)
        {
            throw location
                .At(source.Length)
                .Error(
                    StartsLikeZip(source) ? CheckpointErrorKind.Truncated : CheckpointErrorKind.InvalidZip,
                    $"a zip of {source.Length} bytes without the directory that ends one: it was cut",
                    "a whole file: fetch it again"
                );
        }
        // A copy, as a span of a window is good for one more look only.
        Span<byte> end = stackalloc byte[ZipFormat.End.Size];
        source.GetSpan(endOffset, end.Length).CopyTo(end);
        int commentLength = Read16(end, ZipFormat.End.CommentLength);
        if (commentLength > source.Length - endOffset - ZipFormat.End.Size)
        {
            throw location
                .At(endOffset + ZipFormat.End.CommentLength)
                .Error(
                    CheckpointErrorKind.Truncated,
                    $"a comment of {commentLength} bytes",
                    $"at most the {source.Length - endOffset - ZipFormat.End.Size} that are left of the file"
                );
        }
        return TryReadZip64(source, endOffset, end, location) ?? ReadClassic(endOffset, end, location);
    }

    /// <returns>Where the last end record begins that lies in the last bytes of the file, or -1.</returns>
    private static long FindEnd(ByteSource source, int length)
    {
        length = (int)Math.Min(source.Length, length);
        long offset = source.Length - length;
        ReadOnlySpan<byte> tail = source.GetSpan(offset, length);
        Span<byte> signature = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(signature, ZipFormat.End.Signature);
        int searched = Math.Max(tail.Length - ZipFormat.End.Size + signature.Length, 0);
        int at = tail[..searched].LastIndexOf(signature);
        return at < 0 ? -1 : offset + at;
    }

    private static bool StartsLikeZip(ByteSource source) =>
        source.Length >= sizeof(uint) && Read32(source.GetSpan(0, sizeof(uint)), 0) == ZipFormat.LocalHeader.Signature;

    private static ZipDirectory ReadClassic(long endOffset, ReadOnlySpan<byte> end, ErrorLocation location)
    {
        RequireOneDisk(
            Read16(end, ZipFormat.End.Disk),
            Read16(end, ZipFormat.End.DirectoryDisk),
            Read16(end, ZipFormat.End.DiskEntries),
            Read16(end, ZipFormat.End.Entries),
            location.At(endOffset)
        );
        return Prove(
            Read32(end, ZipFormat.End.DirectoryOffset),
            Read32(end, ZipFormat.End.DirectoryLength),
            Read16(end, ZipFormat.End.Entries),
            endOffset,
            location.At(endOffset)
        );
    }

    private static ZipDirectory? TryReadZip64(
        ByteSource source,
        long endOffset,
        ReadOnlySpan<byte> end,
        ErrorLocation location
    )
    {
        long locatorOffset = endOffset - ZipFormat.Zip64Locator.Size;
        if (locatorOffset < 0)
        {
            return null;
        }
        ReadOnlySpan<byte> locator = source.GetSpan(locatorOffset, ZipFormat.Zip64Locator.Size);
        if (Read32(locator, 0) != ZipFormat.Zip64Locator.Signature)
        {
            return null;
        }
        if (Read32(locator, ZipFormat.Zip64Locator.Disk) != 0 || Read32(locator, ZipFormat.Zip64Locator.Disks) > 1)
        {
            throw location
                .At(locatorOffset)
                .Error(CheckpointErrorKind.Unsupported, "an archive of several disks", "one file");
        }
        ulong recordOffset = Read64(locator, ZipFormat.Zip64Locator.EndOffset);
        if (recordOffset > (ulong)locatorOffset || locatorOffset - (long)recordOffset < ZipFormat.Zip64End.Size)
        {
            throw location
                .At(locatorOffset + ZipFormat.Zip64Locator.EndOffset)
                .Error(
                    CheckpointErrorKind.InvalidZip,
                    $"a zip64 end record at 0x{recordOffset:X}",
                    $"one that ends at 0x{locatorOffset:X}, before its locator"
                );
        }
        ErrorLocation recordLocation = location.At((long)recordOffset);
        ReadOnlySpan<byte> record = source.GetSpan((long)recordOffset, ZipFormat.Zip64End.Size);
        if (Read32(record, 0) != ZipFormat.Zip64End.Signature)
        {
            throw recordLocation.Error(
                CheckpointErrorKind.InvalidZip,
                $"signature 0x{Read32(record, 0):X8}",
                $"0x{ZipFormat.Zip64End.Signature:X8} of a zip64 end record"
            );
        }
        ulong recordLength = Read64(record, ZipFormat.Zip64End.RecordLength);
        if (recordLength != (ulong)(locatorOffset - (long)recordOffset - ZipFormat.Zip64End.UncountedLength))
        {
            throw recordLocation.Error(
                CheckpointErrorKind.InvalidZip,
                $"a zip64 end record of {recordLength} bytes",
                $"one that ends at 0x{locatorOffset:X}, where its locator begins"
            );
        }
        ulong offset = Read64(record, ZipFormat.Zip64End.DirectoryOffset);
        ulong length = Read64(record, ZipFormat.Zip64End.DirectoryLength);
        ulong entries = Read64(record, ZipFormat.Zip64End.Entries);
        RequireOneDisk(
            Read32(record, ZipFormat.Zip64End.Disk),
            Read32(record, ZipFormat.Zip64End.DirectoryDisk),
            Read64(record, ZipFormat.Zip64End.DiskEntries),
            entries,
            recordLocation
        );
        RequireAgreement(end, offset, length, entries, location.At(endOffset));
        return Prove(offset, length, entries, (long)recordOffset, recordLocation);
    }

    private static void RequireOneDisk(
        uint disk,
        uint directoryDisk,
        ulong diskEntries,
        ulong entries,
        ErrorLocation location
    )
    {
        if (disk != 0 || directoryDisk != 0 || diskEntries != entries)
        {
            throw location.Error(CheckpointErrorKind.Unsupported, "an archive of several disks", "one file");
        }
    }

    /// <summary>The 32-bit end record repeats the 64-bit one or refers to it; a reader that knows no zip64 must see the same.</summary>
    private static void RequireAgreement(
        ReadOnlySpan<byte> end,
        ulong offset,
        ulong length,
        ulong entries,
        ErrorLocation location
    )
    {
        if (
            !Agrees(Read16(end, ZipFormat.End.Disk), ZipFormat.Mark16, 0)
            || !Agrees(Read16(end, ZipFormat.End.DirectoryDisk), ZipFormat.Mark16, 0)
        )
        {
            throw location.Error(CheckpointErrorKind.Unsupported, "an archive of several disks", "one file");
        }
        if (
            !Agrees(Read32(end, ZipFormat.End.DirectoryOffset), ZipFormat.Mark32, offset)
            || !Agrees(Read32(end, ZipFormat.End.DirectoryLength), ZipFormat.Mark32, length)
            || !Agrees(Read16(end, ZipFormat.End.Entries), ZipFormat.Mark16, entries)
        )
        {
            throw location.Error(
                CheckpointErrorKind.InvalidZip,
                "an end of central directory that contradicts the zip64 end record",
                $"{entries} entries in {length} bytes at 0x{offset:X}, as the zip64 end record says"
            );
        }
    }

    private static bool Agrees(uint value, uint mark, ulong value64) => value == mark || value == value64;

    private static ZipDirectory Prove(ulong offset, ulong length, ulong entries, long limit, ErrorLocation location)
    {
        if (offset > (ulong)limit || length != (ulong)limit - offset)
        {
            throw location.Error(
                CheckpointErrorKind.InvalidZip,
                $"a central directory of {length} bytes at 0x{offset:X}",
                $"one that ends at 0x{limit:X}, where the end records begin"
            );
        }
        if (entries > length / ZipFormat.CentralHeader.Size)
        {
            throw location.Error(
                CheckpointErrorKind.InvalidZip,
                $"{entries} entries in a central directory of {length} bytes",
                $"at most {length / ZipFormat.CentralHeader.Size}, each of at least {ZipFormat.CentralHeader.Size} bytes"
            );
        }
        return new ZipDirectory((long)offset, (long)length, (long)entries);
    }
}
