using System.Runtime.InteropServices;

namespace Pth.Zip;

/// <summary>What the table of entries keeps of one; see <see cref="ZipEntry"/>.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct ZipEntryRow
{
    public long HeaderOffset;
    public long DataOffset;
    public long CompressedLength;
    public long Length;
    public int NameOffset;
    public uint Crc32;
    public ushort NameLength;
    public ZipMethod Method;
    public byte DescriptorLength;

    public readonly long End => DataOffset + CompressedLength + DescriptorLength;
}
