using Pth.Bytes;
using Pth.Zip;

namespace Pth.Fuzz;

/// <summary>The reader of the zip container: every header, and the bytes of every entry.</summary>
internal sealed class ZipTarget : IFuzzTarget
{
    private const int HeadLength = 64;

    public string Name => "zip";

    public void Read(ReadOnlyMemory<byte> input)
    {
        var zip = ZipArchiveReader.Open(new MemorySource(input), ReadLimits.Default);
        foreach (ZipEntry entry in zip.Entries)
        {
            _ = zip.TryFind(entry.Name, out _);
            Touch.Try(() => zip.ReadHead(entry, HeadLength));
            Touch.Try(() => Touch.Sum(zip.OpenData(entry)));
            Touch.Try(() => zip.Checksum(entry).Verify());
        }
        _ = zip.FindOutside("archive/"u8);
        _ = zip.EntriesWithoutChecksum().Count();
    }
}
