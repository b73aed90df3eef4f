namespace Pth.Zip;

/// <summary>One entry of an archive, proved against its headers. All offsets are in the archive's source.</summary>
/// <param name="Name">The whole name, as <c>archive/data/0</c>.</param>
/// <param name="HeaderOffset">The first byte of the local header.</param>
/// <param name="DataOffset">The first byte of the data.</param>
/// <param name="CompressedLength">The bytes in the file.</param>
/// <param name="Length">The bytes when unpacked.</param>
/// <param name="Crc32">The recorded checksum of the unpacked bytes; 0 also where the writer's checksums were off.</param>
/// <param name="Method">How the bytes lie in the file.</param>
internal sealed record ZipEntry(
    string Name,
    long HeaderOffset,
    long DataOffset,
    long CompressedLength,
    long Length,
    uint Crc32,
    ZipMethod Method
);
