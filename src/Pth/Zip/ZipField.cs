using System.Buffers.Binary;

namespace Pth.Zip;

/// <summary>Reads a field of a record: the only place that says zip numbers are little-endian.</summary>
internal static class ZipField
{
    public static ushort Read16(ReadOnlySpan<byte> record, int field) =>
        BinaryPrimitives.ReadUInt16LittleEndian(record[field..]);

    public static uint Read32(ReadOnlySpan<byte> record, int field) =>
        BinaryPrimitives.ReadUInt32LittleEndian(record[field..]);

    public static ulong Read64(ReadOnlySpan<byte> record, int field) =>
        BinaryPrimitives.ReadUInt64LittleEndian(record[field..]);

    public static void Write16(Span<byte> record, int field, ushort value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(record[field..], value);

    public static void Write32(Span<byte> record, int field, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(record[field..], value);

    public static void Write64(Span<byte> record, int field, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(record[field..], value);
}
