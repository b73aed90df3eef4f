using Pth.Bytes;
using Pth.Zip;

namespace Pth.Formats.TorchZip;

/// <summary>All storages of a file, copied into one run of memory by all cores.</summary>
internal sealed class TorchZipMemory
{
    /// <summary>As in the file: vector instructions like it.</summary>
    private const int Alignment = 64;

    private readonly TorchZipArchive _archive;
    private readonly Dictionary<long, long> _offsets;

    private TorchZipMemory(TorchZipArchive archive, Dictionary<long, long> offsets, NativeMemorySource bytes)
    {
        _archive = archive;
        _offsets = offsets;
        Bytes = bytes;
    }

    /// <summary>The memory; whoever has it frees it.</summary>
    public NativeMemorySource Bytes { get; }

    /// <summary>Copies every record of a storage, and checks its checksum unless the options say not to.</summary>
    public static TorchZipMemory Copy(TorchZipArchive archive, string sourceName, ReadOptions options)
    {
        ZipEntry[] entries = [.. archive.Storages];
        var offsets = new Dictionary<long, long>(entries.Length);
        var ranges = new CopyRange[entries.Length];
        long length = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            offsets.Add(entries[i].HeaderOffset, length);
            ranges[i] = new CopyRange(archive.OpenData(entries[i]), length);
            length += (entries[i].Length + Alignment - 1) / Alignment * Alignment;
        }
        bool verify = options.VerifyChecksums != false;
        var bytes = new NativeMemorySource(length, sourceName);
        try
        {
            uint[] checksums = ParallelCopy.Run(ranges, bytes, verify, options.Progress, options.CancellationToken);
            for (int i = 0; i < checksums.Length; i++)
            {
                archive.Checksum(entries[i]).Confirm(checksums[i]);
            }
            return new TorchZipMemory(archive, offsets, bytes);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <summary>The copy of a record, with the checksum that the file records for it.</summary>
    public (ByteSource Data, StorageChecksum Checksum) Open(ZipEntry entry)
    {
        ByteSource data = Bytes.Slice(_offsets[entry.HeaderOffset], entry.Length);
        return (data, new StorageChecksum(data, entry.Crc32, _archive.Locate(entry)));
    }
}
