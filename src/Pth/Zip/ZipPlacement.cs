using System.Runtime.InteropServices;

namespace Pth.Zip;

/// <summary>Where one record will lie in the file.</summary>
/// <param name="HeaderOffset">The first byte of its local header.</param>
/// <param name="DataOffset">The first byte of its data.</param>
/// <param name="Length">The bytes of its data.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ZipPlacement(long HeaderOffset, long DataOffset, long Length)
{
    /// <summary>Whether the length has no place in 32 bits.</summary>
    public bool HasLongLength => Length >= ZipFormat.Mark32;

    /// <summary>Whether the offset has no place in 32 bits.</summary>
    public bool HasLongOffset => HeaderOffset >= ZipFormat.Mark32;

    public bool IsZip64 => HasLongLength || HasLongOffset;

    /// <summary>The data descriptor: none after no data, the long one wherever there is a zip64 extra field, also one for the offset alone.</summary>
    public int DescriptorLength =>
        Length == 0 ? 0
        : IsZip64 ? ZipFormat.DataDescriptor.Size64
        : ZipFormat.DataDescriptor.Size;

    /// <summary>The zip64 extra field, which is the same size in both headers.</summary>
    public int Zip64ExtraLength =>
        IsZip64
            ? ZipFormat.ExtraHeaderLength
                + (HasLongLength ? 2 * sizeof(ulong) : 0)
                + (HasLongOffset ? sizeof(ulong) : 0)
            : 0;

    public long End => DataOffset + Length + DescriptorLength;
}
