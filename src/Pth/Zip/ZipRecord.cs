using Pth.Bytes;

namespace Pth.Zip;

/// <summary>A record to be written.</summary>
/// <param name="Name">Its name below the archive folder: <c>data/0</c>.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Data">Where they come from; null for the last record when its content depends on the others.</param>
/// <param name="Expected">
/// The checksum that the bytes must have, where their source records one: what is damaged is not copied on in silence.
/// </param>
internal sealed record ZipRecord(string Name, long Length, ByteSource? Data, StorageChecksum? Expected = null)
{
    public ZipRecord(string name, ByteSource data, StorageChecksum? expected = null)
        : this(name, data.Length, data, expected) { }
}
