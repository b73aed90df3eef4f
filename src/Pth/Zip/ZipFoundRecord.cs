namespace Pth.Zip;

/// <summary>A record that was found by its local header, without what the central directory says of it.</summary>
/// <param name="Name">The whole name.</param>
/// <param name="HeaderOffset">The first byte of the local header.</param>
/// <param name="DataOffset">The first byte of the data.</param>
internal sealed record ZipFoundRecord(string Name, long HeaderOffset, long DataOffset)
{
    /// <summary>How the bytes lie in the file.</summary>
    public ZipMethod Method { get; init; }

    /// <summary>Whether lengths and checksum stand behind the data.</summary>
    public bool HasDescriptor { get; init; }

    /// <summary>The bytes in the file, which may end before them; null where nothing says it.</summary>
    public long? Length { get; init; }

    /// <summary>What the file says about the checksum.</summary>
    public ZipRecordEnd End { get; init; }

    /// <summary>The checksum, or what stands in its place; see <see cref="End"/>.</summary>
    public uint Crc32 { get; init; }
}
