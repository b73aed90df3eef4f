using Pth.Bytes;
using Pth.Zip;

namespace Pth.Formats.Archive;

/// <summary>All storages of a file, copied into one run of memory by all cores.</summary>
internal sealed class ArchiveMemory
{
    /// <summary>As in the file: vector instructions like it.</summary>
    private const int Alignment = 64;

    // By the position of the record in the archive.
    private readonly int[] _numbers;
    private readonly CopyRange[] _ranges;
    private readonly uint[] _checksums;

    private ArchiveMemory(int[] numbers, CopyRange[] ranges, uint[] checksums, NativeMemorySource bytes)
    {
        _numbers = numbers;
        _ranges = ranges;
        _checksums = checksums;
        Bytes = bytes;
    }

    /// <summary>The memory; whoever has it frees it.</summary>
    public NativeMemorySource Bytes { get; }

    /// <summary>Copies the records of storages, and checks their checksums unless the options say not to.</summary>
    public static ArchiveMemory Copy(TorchArchive archive, ZipEntry[] entries, string sourceName, ReadOptions options)
    {
        var numbers = new int[archive.Count];
        var ranges = new CopyRange[entries.Length];
        long length = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            numbers[entries[i].Index] = i;
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
                if (checksums[i] != entries[i].Crc32)
                {
                    archive.Checksum(entries[i]).Confirm(checksums[i]);
                }
            }
            return new ArchiveMemory(numbers, ranges, checksums, bytes);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <summary>The copy of a record, with the checksum that the file records for it, which need not be checked again.</summary>
    public (ByteSource Data, StorageChecksum Checksum) Open(ZipEntry entry)
    {
        int number = _numbers[entry.Index];
        ByteSource data = Bytes.Slice(_ranges[number].DestinationOffset, entry.Length);
        var checksum = new StorageChecksum(data, entry.Crc32, entry);
        if (_checksums.Length > 0)
        {
            checksum.Confirm(_checksums[number]);
        }
        return (data, checksum);
    }
}
