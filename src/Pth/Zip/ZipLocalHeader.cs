using Pth.Bytes;
using Pth.Errors;
using static Pth.Zip.ZipField;

namespace Pth.Zip;

/// <summary>Proves that what stands around an entry's data says the same as the central directory.</summary>
/// <remarks>
/// PyTorch itself takes only the two lengths from a local header and believes the central directory for the rest, other tools do the
/// opposite; a file that says two things shows one face to a scanner and another to PyTorch (picklescan GHSA-w8jq-xcqf-f792).
/// </remarks>
internal static class ZipLocalHeader
{
    private const ZipFlags Agreeing = ZipFlags.Encrypted | ZipFlags.DataDescriptor;

    /// <returns>Where the data begins, and the length of the data descriptor behind it (0 where there is none).</returns>
    public static (long DataOffset, int DescriptorLength) Prove(
        ByteSource source,
        in ZipCentralHeader entry,
        long directoryOffset
    )
    {
        long position = entry.HeaderOffset;
        RequireRoom(source, entry, position, ZipFormat.LocalHeader.Size, directoryOffset, "a local header");
        ReadOnlySpan<byte> header = source.GetSpan(position, ZipFormat.LocalHeader.Size);
        if (Read32(header, 0) != ZipFormat.LocalHeader.Signature)
        {
            throw Disagreement(
                source,
                entry,
                position,
                $"signature 0x{Read32(header, 0):X8}",
                $"0x{ZipFormat.LocalHeader.Signature:X8} of a local header"
            );
        }
        int nameLength = Read16(header, ZipFormat.LocalHeader.NameLength);
        int extraLength = Read16(header, ZipFormat.LocalHeader.ExtraLength);
        position += ZipFormat.LocalHeader.Size;
        RequireRoom(source, entry, position, nameLength + extraLength, directoryOffset, "a name and extra fields");
        ReadOnlySpan<byte> rest = source.GetSpan(position, nameLength + extraLength);
        if (!rest[..nameLength].SequenceEqual(entry.Name))
        {
            throw Disagreement(
                source,
                entry,
                position,
                $"the local name '{System.Text.Encoding.UTF8.GetString(rest[..nameLength])}'",
                "the name that the central directory gives"
            );
        }
        bool zip64 = ProveNumbers(source, entry, header, rest[nameLength..]);

        long dataOffset = position + nameLength + extraLength;
        RequireRoom(source, entry, dataOffset, entry.CompressedLength, directoryOffset, "data");
        int descriptorLength = entry.Flags.HasFlag(ZipFlags.DataDescriptor)
            ? ProveDescriptor(source, entry, dataOffset + entry.CompressedLength, directoryOffset, zip64)
            : 0;
        return (dataOffset, descriptorLength);
    }

    /// <returns>Whether the entry has a zip64 extra field.</returns>
    private static bool ProveNumbers(
        ByteSource source,
        in ZipCentralHeader entry,
        ReadOnlySpan<byte> header,
        ReadOnlySpan<byte> extras
    )
    {
        var flags = (ZipFlags)Read16(header, ZipFormat.LocalHeader.Flags);
        if ((flags & Agreeing) != (entry.Flags & Agreeing))
        {
            throw Disagreement(
                source,
                entry,
                entry.HeaderOffset + ZipFormat.LocalHeader.Flags,
                $"flags 0x{(ushort)flags:X4}",
                $"0x{(ushort)entry.Flags:X4} as the central directory says"
            );
        }
        var method = (ZipMethod)Read16(header, ZipFormat.LocalHeader.Method);
        if (method != entry.Method)
        {
            throw Disagreement(
                source,
                entry,
                entry.HeaderOffset + ZipFormat.LocalHeader.Method,
                $"compression method {(ushort)method}",
                $"{(ushort)entry.Method} as the central directory says"
            );
        }
        if (
            !Zip64Extra.TryFind(extras, out Zip64Extra zip64)
            || !zip64.TryResolve(Read32(header, ZipFormat.LocalHeader.Length), out ulong length)
            || !zip64.TryResolve(Read32(header, ZipFormat.LocalHeader.CompressedLength), out ulong compressedLength)
        )
        {
            throw Disagreement(
                source,
                entry,
                entry.HeaderOffset + ZipFormat.LocalHeader.ExtraLength,
                $"extra fields of {extras.Length} bytes that break off or repeat",
                "whole extra fields, with every number that the header refers to"
            );
        }
        // With a data descriptor the numbers were not known when the header was written, and 0 stands for them.
        bool later = entry.Flags.HasFlag(ZipFlags.DataDescriptor);
        uint crc = Read32(header, ZipFormat.LocalHeader.Crc32);
        bool agree =
            (crc == entry.Crc32 || (later && crc == 0))
            && (length == (ulong)entry.Length || (later && length == 0))
            && (compressedLength == (ulong)entry.CompressedLength || (later && compressedLength == 0));
        if (!agree)
        {
            throw Disagreement(
                source,
                entry,
                entry.HeaderOffset + ZipFormat.LocalHeader.Crc32,
                $"CRC-32 {crc:x8}, {compressedLength} bytes that unpack to {length}",
                $"{entry.Crc32:x8}, {entry.CompressedLength} and {entry.Length} as the central directory says"
            );
        }
        return zip64.IsPresent;
    }

    private static int ProveDescriptor(
        ByteSource source,
        in ZipCentralHeader entry,
        long position,
        long directoryOffset,
        bool zip64
    )
    {
        int available = (int)Math.Min(ZipFormat.DataDescriptor.Size64, directoryOffset - position);
        ReadOnlySpan<byte> descriptor = source.GetSpan(position, available);
        // Some writers leave out the signature, and some use 8-byte lengths without the extra field; all that counts is that one reading agrees.
        ReadOnlySpan<int> lengths = zip64
            ? [ZipFormat.DataDescriptor.Size64, ZipFormat.DataDescriptor.Size]
            : [ZipFormat.DataDescriptor.Size, ZipFormat.DataDescriptor.Size64];
        foreach (int length in lengths)
        {
            if (
                length <= available
                && Read32(descriptor, 0) == ZipFormat.DataDescriptor.Signature
                && Agrees(descriptor[ZipFormat.DataDescriptor.SignatureSize..length], entry)
            )
            {
                return length;
            }
        }
        foreach (int length in lengths)
        {
            int unsigned = length - ZipFormat.DataDescriptor.SignatureSize;
            if (unsigned <= available && Agrees(descriptor[..unsigned], entry))
            {
                return unsigned;
            }
        }
        throw Disagreement(
            source,
            entry,
            position,
            $"the bytes {Convert.ToHexString(descriptor)} after the data",
            $"a data descriptor with CRC-32 {entry.Crc32:x8}, {entry.CompressedLength} bytes that unpack to {entry.Length}"
        );
    }

    /// <summary>Compares a descriptor without its signature: a CRC-32 and two lengths of 4 or 8 bytes.</summary>
    private static bool Agrees(ReadOnlySpan<byte> descriptor, in ZipCentralHeader entry)
    {
        ReadOnlySpan<byte> lengths = descriptor[sizeof(uint)..];
        (ulong compressedLength, ulong length) =
            lengths.Length == 2 * sizeof(ulong)
                ? (Read64(lengths, 0), Read64(lengths, sizeof(ulong)))
                : (Read32(lengths, 0), Read32(lengths, sizeof(uint)));
        return Read32(descriptor, 0) == entry.Crc32
            && compressedLength == (ulong)entry.CompressedLength
            && length == (ulong)entry.Length;
    }

    private static void RequireRoom(
        ByteSource source,
        in ZipCentralHeader entry,
        long position,
        long length,
        long limit,
        string what
    )
    {
        if (length > limit - position)
        {
            throw Disagreement(
                source,
                entry,
                position,
                $"{what} of {length} bytes",
                $"at most {limit - position} before the central directory at 0x{limit:X}"
            );
        }
    }

    private static CheckpointException Disagreement(
        ByteSource source,
        in ZipCentralHeader entry,
        long offset,
        string found,
        string expected
    ) => entry.Locate(source, offset).Error(CheckpointErrorKind.InvalidZip, found, expected);
}
