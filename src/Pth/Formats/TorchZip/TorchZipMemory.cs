using System.IO.Hashing;
using Pth.Bytes;
using Pth.Zip;

namespace Pth.Formats.TorchZip;

/// <summary>All storages of a file, copied into one run of memory.</summary>
internal sealed class TorchZipMemory
{
    /// <summary>As in the file: vector instructions like it.</summary>
    private const int Alignment = 64;
    private const int ChunkLength = 1 << 20;

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
        string prefix = $"{archive.Name}/{TorchZipRecords.StoragePrefix}";
        ZipEntry[] entries = [.. archive.Entries.Where(e => e.Name.StartsWith(prefix, StringComparison.Ordinal))];
        var offsets = new Dictionary<long, long>(entries.Length);
        long length = 0;
        foreach (ZipEntry entry in entries)
        {
            offsets.Add(entry.HeaderOffset, length);
            length += (entry.Length + Alignment - 1) / Alignment * Alignment;
        }
        var bytes = new NativeMemorySource(length, sourceName);
        try
        {
            var memory = new TorchZipMemory(archive, offsets, bytes);
            Parallel.ForEach(
                entries,
                new ParallelOptions { CancellationToken = options.CancellationToken },
                entry => memory.Copy(entry, options.VerifyChecksums != false)
            );
            return memory;
        }
        catch (AggregateException failures)
        {
            bytes.Dispose();
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
            throw;
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

    private void Copy(ZipEntry entry, bool verify)
    {
        ByteSource from = _archive.OpenData(entry);
        long start = _offsets[entry.HeaderOffset];
        var crc = new Crc32();
        for (long offset = 0; offset < entry.Length; offset += ChunkLength)
        {
            Span<byte> chunk = Bytes.GetWritableSpan(start + offset, (int)Math.Min(ChunkLength, entry.Length - offset));
            from.CopyTo(offset, chunk);
            if (verify)
            {
                crc.Append(chunk);
            }
        }
        if (verify)
        {
            _archive.Checksum(entry).Confirm(crc.GetCurrentHashAsUInt32());
        }
    }
}
