using Pth.Bytes;
using Pth.Errors;
using static Pth.Zip.ZipField;

namespace Pth.Zip;

/// <summary>What the central directory says of one entry.</summary>
internal readonly ref struct ZipCentralHeader
{
    private const ZipFlags Unreadable =
        ZipFlags.Encrypted | ZipFlags.StrongEncryption | ZipFlags.MaskedHeaders | ZipFlags.Patched;

    /// <summary>Deflate cannot give more bytes than this for one: 258 for every two bits.</summary>
    private const ulong MaxDeflateRatio = 258 * 4;

    /// <summary>Where the header itself lies.</summary>
    public long Position { get; private init; }

    /// <summary>Where the next header begins.</summary>
    public long NextPosition { get; private init; }

    public ReadOnlySpan<byte> Name { get; private init; }

    public ZipFlags Flags { get; private init; }

    public ZipMethod Method { get; private init; }

    public uint Crc32 { get; private init; }

    public long CompressedLength { get; private init; }

    public long Length { get; private init; }

    public long HeaderOffset { get; private init; }

    /// <summary>Reads and proves one header.</summary>
    public static ZipCentralHeader Read(ByteSource source, ZipDirectory directory, long position, ReadLimits limits)
    {
        ErrorLocation location = new ErrorLocation(source.Name).At(position);
        if (directory.End - position < ZipFormat.CentralHeader.Size)
        {
            throw location.Error(
                CheckpointErrorKind.InvalidZip,
                $"the end of the central directory after {directory.End - position} bytes",
                $"a central header of at least {ZipFormat.CentralHeader.Size} bytes"
            );
        }
        ReadOnlySpan<byte> header = source.GetSpan(position, ZipFormat.CentralHeader.Size);
        if (Read32(header, 0) != ZipFormat.CentralHeader.Signature)
        {
            throw location.Error(
                CheckpointErrorKind.InvalidZip,
                $"signature 0x{Read32(header, 0):X8}",
                $"0x{ZipFormat.CentralHeader.Signature:X8} of a central header"
            );
        }
        int nameLength = Read16(header, ZipFormat.CentralHeader.NameLength);
        int extraLength = Read16(header, ZipFormat.CentralHeader.ExtraLength);
        int restLength = nameLength + extraLength + Read16(header, ZipFormat.CentralHeader.CommentLength);
        long restPosition = position + ZipFormat.CentralHeader.Size;
        if (restLength > directory.End - restPosition)
        {
            throw location.Error(
                CheckpointErrorKind.InvalidZip,
                $"name, extra fields and comment of {restLength} bytes",
                $"at most the {directory.End - restPosition} that are left of the central directory"
            );
        }
        ReadOnlySpan<byte> rest = source.GetSpan(restPosition, restLength);
        ReadOnlySpan<byte> name = rest[..nameLength];
        ZipName.Prove(name, limits, location);
        ZipCentralHeader entry = Interpret(header, name, rest.Slice(nameLength, extraLength), location, directory);
        return entry with { Position = position, NextPosition = restPosition + restLength };
    }

    /// <summary>The location of something wrong with this entry.</summary>
    public ErrorLocation Locate(ByteSource source, long offset) =>
        new ErrorLocation(source.Name).At(offset).InEntry(Name);

    private static ZipCentralHeader Interpret(
        ReadOnlySpan<byte> header,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> extras,
        ErrorLocation location,
        ZipDirectory directory
    )
    {
        var flags = (ZipFlags)Read16(header, ZipFormat.CentralHeader.Flags);
        if ((flags & Unreadable) != ZipFlags.None)
        {
            throw location
                .InEntry(name)
                .Error(CheckpointErrorKind.Unsupported, "an encrypted or patched entry", "a plain one");
        }
        var method = (ZipMethod)Read16(header, ZipFormat.CentralHeader.Method);
        if (method is not (ZipMethod.Stored or ZipMethod.Deflated))
        {
            throw location
                .InEntry(name)
                .Error(
                    CheckpointErrorKind.Unsupported,
                    $"compression method {(ushort)method}",
                    "0 (stored) or 8 (deflated)"
                );
        }
        if (Read16(header, ZipFormat.CentralHeader.Disk) != 0)
        {
            throw location
                .InEntry(name)
                .Error(
                    CheckpointErrorKind.Unsupported,
                    $"an entry on disk {Read16(header, ZipFormat.CentralHeader.Disk)}",
                    "one file"
                );
        }
        if (
            !Zip64Extra.TryFind(extras, out Zip64Extra zip64)
            || !zip64.TryResolve(Read32(header, ZipFormat.CentralHeader.Length), out ulong length)
            || !zip64.TryResolve(Read32(header, ZipFormat.CentralHeader.CompressedLength), out ulong compressedLength)
            || !zip64.TryResolve(Read32(header, ZipFormat.CentralHeader.HeaderOffset), out ulong headerOffset)
        )
        {
            throw location
                .InEntry(name)
                .Error(
                    CheckpointErrorKind.InvalidZip,
                    $"extra fields of {extras.Length} bytes that break off or repeat",
                    "whole extra fields, with every number that the header refers to"
                );
        }
        ProveSizes(method, length, compressedLength, headerOffset, directory, location, name);
        return new ZipCentralHeader
        {
            Name = name,
            Flags = flags,
            Method = method,
            Crc32 = Read32(header, ZipFormat.CentralHeader.Crc32),
            CompressedLength = (long)compressedLength,
            Length = (long)length,
            HeaderOffset = (long)headerOffset,
        };
    }

    private static void ProveSizes(
        ZipMethod method,
        ulong length,
        ulong compressedLength,
        ulong headerOffset,
        ZipDirectory directory,
        ErrorLocation location,
        ReadOnlySpan<byte> name
    )
    {
        // Where exactly the data ends is known from the local header; this keeps the sums from overflowing.
        ulong limit = (ulong)directory.Offset;
        if (headerOffset > limit || compressedLength > limit - headerOffset)
        {
            throw location
                .InEntry(name)
                .Error(
                    CheckpointErrorKind.InvalidZip,
                    $"{compressedLength} bytes with a header at 0x{headerOffset:X}",
                    $"an entry that ends before the central directory at 0x{directory.Offset:X}"
                );
        }
        if (method == ZipMethod.Stored && length != compressedLength)
        {
            throw location
                .InEntry(name)
                .Error(
                    CheckpointErrorKind.InvalidZip,
                    $"a stored entry of {compressedLength} bytes that unpacks to {length}",
                    "two equal lengths"
                );
        }
        if (method == ZipMethod.Deflated && length / MaxDeflateRatio > compressedLength)
        {
            throw location
                .InEntry(name)
                .Error(
                    CheckpointErrorKind.InvalidZip,
                    $"{compressedLength} deflated bytes that unpack to {length}",
                    $"at most {MaxDeflateRatio} for one, which is all that deflate can do"
                );
        }
    }
}
