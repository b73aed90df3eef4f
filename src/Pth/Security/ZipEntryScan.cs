using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Pth.Security;

/// <summary>What one header says of a record.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ZipEntryScan
{
    public required string Name { get; init; }

    /// <summary>Where the header is.</summary>
    public required long HeaderOffset { get; init; }

    public required int Flags { get; init; }

    public required int Method { get; init; }

    public required uint Crc32 { get; init; }

    public required long Packed { get; init; }

    public required long Length { get; init; }

    /// <summary>Where the local header is said to be.</summary>
    public long LocalOffset { get; init; }

    /// <summary>Where the bytes begin.</summary>
    public long DataOffset { get; init; }

    public bool IsEncrypted => (Flags & 0x2041) != 0;

    /// <summary>Whether sizes and checksum stand behind the bytes.</summary>
    public bool HasDescriptor => (Flags & 8) != 0;

    /// <summary>With the numbers that need more than 32 bits.</summary>
    public ZipEntryScan WithZip64(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            int id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            int length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            extra = extra[4..];
            if (length > extra.Length)
            {
                break;
            }
            if (id == 1)
            {
                return Widen(extra[..length]);
            }
            extra = extra[length..];
        }
        return this;
    }

    private ZipEntryScan Widen(ReadOnlySpan<byte> field)
    {
        long length = Take(Length, ref field);
        long packed = Take(Packed, ref field);
        return this with { Length = length, Packed = packed, LocalOffset = Take(LocalOffset, ref field) };
    }

    private static long Take(long value, ref ReadOnlySpan<byte> field)
    {
        if (value != uint.MaxValue || field.Length < 8)
        {
            return value;
        }
        long wide = BinaryPrimitives.ReadInt64LittleEndian(field);
        field = field[8..];
        return wide < 0 ? long.MaxValue / 4 : wide;
    }
}
