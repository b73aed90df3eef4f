using Pth.Bytes;
using static Pth.Zip.ZipField;

namespace Pth.Zip;

/// <summary>Where in the file the checksum of an entry stands.</summary>
internal static class ZipChecksumPlaces
{
    /// <summary>
    /// The offsets of its four bytes: in the central header, in the data descriptor, and in the local header unless that leaves it open.
    /// </summary>
    /// <param name="source">The archive, which was proved.</param>
    /// <param name="entry">The entry.</param>
    public static IReadOnlyList<long> Find(ByteSource source, ZipEntry entry)
    {
        var places = new List<long>();
        var directory = ZipDirectory.Find(source);
        ZipFlags flags = ZipFlags.None;
        for (long position = directory.Offset; position < directory.End; )
        {
            var header = ZipCentralHeader.Read(source, directory, position, ReadLimits.Trusted);
            if (header.HeaderOffset == entry.HeaderOffset)
            {
                places.Add(position + ZipFormat.CentralHeader.Crc32);
                flags = header.Flags;
            }
            position = header.NextPosition;
        }
        long local = entry.HeaderOffset + ZipFormat.LocalHeader.Crc32;
        if (!flags.HasFlag(ZipFlags.DataDescriptor))
        {
            places.Add(local);
            return places;
        }
        if (Read32(source.GetSpan(local, sizeof(uint)), 0) != 0)
        {
            places.Add(local);
        }
        long descriptor = entry.DataOffset + entry.CompressedLength;
        ReadOnlySpan<byte> bytes = source.GetSpan(descriptor, 2 * sizeof(uint));
        bool isSigned =
            Read32(bytes, 0) == ZipFormat.DataDescriptor.Signature && Read32(bytes, sizeof(uint)) == entry.Crc32;
        places.Add(isSigned ? descriptor + ZipFormat.DataDescriptor.Crc32 : descriptor);
        return places;
    }
}
