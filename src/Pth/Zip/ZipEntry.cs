using Pth.Errors;

namespace Pth.Zip;

/// <summary>
/// One entry of an archive, proved against its headers: a row of the table of entries, in which its numbers stay, as an archive may have
/// a million. All offsets are in the archive's source.
/// </summary>
/// <param name="table">All entries.</param>
/// <param name="index">Its position in the central directory, from 0.</param>
internal sealed class ZipEntry(ZipEntryTable table, int index) : ILocated
{
    public int Index => index;

    /// <summary>The whole name, as <c>archive/data/0</c>.</summary>
    public string Name => table.NameAt(index);

    /// <summary>The first byte of the local header.</summary>
    public long HeaderOffset => Row.HeaderOffset;

    /// <summary>The first byte of the data.</summary>
    public long DataOffset => Row.DataOffset;

    /// <summary>The bytes in the file.</summary>
    public long CompressedLength => Row.CompressedLength;

    /// <summary>The bytes when unpacked.</summary>
    public long Length => Row.Length;

    /// <summary>The recorded checksum of the unpacked bytes; 0 also where the writer's checksums were off.</summary>
    public uint Crc32 => Row.Crc32;

    /// <summary>How the bytes lie in the file.</summary>
    public ZipMethod Method => Row.Method;

    /// <inheritdoc />
    public ErrorLocation Location => new(table.SourceName, Name);

    private ref readonly ZipEntryRow Row => ref table.RowAt(index);
}
