using System.Text;
using static Pth.Zip.ZipField;

namespace Pth.Zip;

/// <summary>Writes the records of a zip file as PyTorch's miniz does: no versions, no times, sizes after the data.</summary>
internal static class ZipHeaders
{
    /// <summary>What padding is made of.</summary>
    private const byte Padding = (byte)'Z';

    /// <summary>What miniz calls itself in the zip64 end record: Unix, specification 3.0.</summary>
    private const ushort MadeBy = 0x031E;

    /// <summary>Version 4.5 of the specification: zip64.</summary>
    private const ushort Zip64Version = 0x002D;

    /// <summary>The longest central header: without comment and padding.</summary>
    public const int MaxCentralLength =
        ZipFormat.CentralHeader.Size + ushort.MaxValue + ZipFormat.ExtraHeaderLength + 3 * sizeof(ulong);

    public const int EndLength = ZipFormat.Zip64End.Size + ZipFormat.Zip64Locator.Size + ZipFormat.End.Size;

    /// <summary>Fills all that stands before the data.</summary>
    /// <param name="target">From the header's first byte to the data's.</param>
    /// <param name="name">The record's whole name.</param>
    /// <param name="placement">Where the record lies.</param>
    public static void WriteLocal(Span<byte> target, string name, in ZipPlacement placement)
    {
        Span<byte> header = target[..ZipFormat.LocalHeader.Size];
        header.Clear();
        int nameLength = Encoding.UTF8.GetBytes(name, target[header.Length..]);
        Span<byte> extra = target[(header.Length + nameLength)..];
        Write32(header, 0, ZipFormat.LocalHeader.Signature);
        Write16(header, ZipFormat.LocalHeader.Flags, (ushort)FlagsOf(placement));
        Write16(header, ZipFormat.LocalHeader.NameLength, (ushort)nameLength);
        Write16(header, ZipFormat.LocalHeader.ExtraLength, (ushort)extra.Length);
        // The compressed length is not yet known to miniz here, though the length is.
        extra = extra[WriteZip64(extra, placement, compressedLength: 0)..];
        Write16(extra, 0, ZipFormat.PaddingExtraId);
        Write16(extra, sizeof(ushort), (ushort)(extra.Length - ZipFormat.ExtraHeaderLength));
        extra[ZipFormat.ExtraHeaderLength..].Fill(Padding);
    }

    /// <summary>Fills what stands after the data; nothing where there is no data.</summary>
    /// <param name="target">At least <see cref="ZipPlacement.DescriptorLength"/> bytes.</param>
    /// <param name="placement">Where the record lies.</param>
    /// <param name="crc">The checksum of its data.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteDescriptor(Span<byte> target, in ZipPlacement placement, uint crc)
    {
        int length = placement.DescriptorLength;
        if (length == 0)
        {
            return 0;
        }
        Write32(target, 0, ZipFormat.DataDescriptor.Signature);
        Write32(target, ZipFormat.DataDescriptor.Crc32, crc);
        if (length == ZipFormat.DataDescriptor.Size64)
        {
            Write64(target, ZipFormat.DataDescriptor.CompressedLength, (ulong)placement.Length);
            Write64(target, ZipFormat.DataDescriptor.CompressedLength + sizeof(ulong), (ulong)placement.Length);
        }
        else
        {
            Write32(target, ZipFormat.DataDescriptor.CompressedLength, (uint)placement.Length);
            Write32(target, ZipFormat.DataDescriptor.CompressedLength + sizeof(uint), (uint)placement.Length);
        }
        return length;
    }

    /// <summary>Fills one header of the central directory.</summary>
    /// <returns>The bytes written.</returns>
    public static int WriteCentral(Span<byte> target, string name, in ZipPlacement placement, uint crc)
    {
        Span<byte> header = target[..ZipFormat.CentralHeader.Size];
        header.Clear();
        int nameLength = Encoding.UTF8.GetBytes(name, target[header.Length..]);
        int extraLength = WriteZip64(target[(header.Length + nameLength)..], placement, placement.Length);
        Write32(header, 0, ZipFormat.CentralHeader.Signature);
        Write16(header, ZipFormat.CentralHeader.Flags, (ushort)FlagsOf(placement));
        Write32(header, ZipFormat.CentralHeader.Crc32, crc);
        Write32(header, ZipFormat.CentralHeader.CompressedLength, Clamp32(placement.Length));
        Write32(header, ZipFormat.CentralHeader.Length, Clamp32(placement.Length));
        Write16(header, ZipFormat.CentralHeader.NameLength, (ushort)nameLength);
        Write16(header, ZipFormat.CentralHeader.ExtraLength, (ushort)extraLength);
        Write32(header, ZipFormat.CentralHeader.HeaderOffset, Clamp32(placement.HeaderOffset));
        return header.Length + nameLength + extraLength;
    }

    /// <summary>Fills the three records that end the file; the zip64 ones are always there.</summary>
    public static void WriteEnd(Span<byte> target, ZipDirectory directory)
    {
        Span<byte> zip64 = target[..ZipFormat.Zip64End.Size];
        Span<byte> locator = target.Slice(zip64.Length, ZipFormat.Zip64Locator.Size);
        Span<byte> end = target.Slice(zip64.Length + locator.Length, ZipFormat.End.Size);
        target[..EndLength].Clear();
        Write32(zip64, 0, ZipFormat.Zip64End.Signature);
        Write64(zip64, ZipFormat.Zip64End.RecordLength, ZipFormat.Zip64End.Size - ZipFormat.Zip64End.UncountedLength);
        Write16(zip64, ZipFormat.Zip64End.VersionMadeBy, MadeBy);
        Write16(zip64, ZipFormat.Zip64End.VersionNeeded, Zip64Version);
        Write64(zip64, ZipFormat.Zip64End.DiskEntries, (ulong)directory.Entries);
        Write64(zip64, ZipFormat.Zip64End.Entries, (ulong)directory.Entries);
        Write64(zip64, ZipFormat.Zip64End.DirectoryLength, (ulong)directory.Length);
        Write64(zip64, ZipFormat.Zip64End.DirectoryOffset, (ulong)directory.Offset);

        Write32(locator, 0, ZipFormat.Zip64Locator.Signature);
        Write64(locator, ZipFormat.Zip64Locator.EndOffset, (ulong)directory.End);
        Write32(locator, ZipFormat.Zip64Locator.Disks, 1);

        ushort entries = (ushort)Math.Min(directory.Entries, ZipFormat.Mark16);
        Write32(end, 0, ZipFormat.End.Signature);
        Write16(end, ZipFormat.End.DiskEntries, entries);
        Write16(end, ZipFormat.End.Entries, entries);
        Write32(end, ZipFormat.End.DirectoryLength, Clamp32(directory.Length));
        Write32(end, ZipFormat.End.DirectoryOffset, Clamp32(directory.Offset));
    }

    private static ZipFlags FlagsOf(in ZipPlacement placement) =>
        placement.Length > 0 ? ZipFlags.Utf8 | ZipFlags.DataDescriptor : ZipFlags.Utf8;

    private static uint Clamp32(long value) => (uint)Math.Min(value, ZipFormat.Mark32);

    /// <returns>The bytes written: 0 for a record that needs no zip64.</returns>
    private static int WriteZip64(Span<byte> target, in ZipPlacement placement, long compressedLength)
    {
        if (!placement.IsZip64)
        {
            return 0;
        }
        Write16(target, 0, ZipFormat.Zip64ExtraId);
        Write16(target, sizeof(ushort), (ushort)(placement.Zip64ExtraLength - ZipFormat.ExtraHeaderLength));
        int at = ZipFormat.ExtraHeaderLength;
        if (placement.HasLongLength)
        {
            Write64(target, at, (ulong)placement.Length);
            Write64(target, at + sizeof(ulong), (ulong)compressedLength);
            at += 2 * sizeof(ulong);
        }
        if (placement.HasLongOffset)
        {
            Write64(target, at, (ulong)placement.HeaderOffset);
            at += sizeof(ulong);
        }
        return at;
    }
}
