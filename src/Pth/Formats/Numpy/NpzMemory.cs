using Pth.Bytes;
using Pth.Zip;

namespace Pth.Formats.Numpy;

/// <summary>All members of an <c>.npz</c>, copied or unpacked into one run of memory by all cores.</summary>
internal sealed class NpzMemory
{
    private const int Alignment = 64;

    private readonly CopyRange[] _ranges;

    private NpzMemory(CopyRange[] ranges, NativeMemorySource bytes, bool isVerified)
    {
        _ranges = ranges;
        Bytes = bytes;
        IsVerified = isVerified;
    }

    /// <summary>Whether the checksums were checked.</summary>
    public bool IsVerified { get; }

    /// <summary>The memory; whoever has it frees it.</summary>
    public NativeMemorySource Bytes { get; }

    /// <summary>Copies every member, and checks its checksum unless the options say not to.</summary>
    public static NpzMemory Copy(ZipArchiveReader zip, string sourceName, ReadOptions options)
    {
        var ranges = new CopyRange[zip.Entries.Count];
        long length = 0;
        for (int i = 0; i < ranges.Length; i++)
        {
            ZipEntry entry = zip.Entries[i];
            ranges[i] = new CopyRange(zip.OpenData(entry), length);
            length += (entry.Length + Alignment - 1) / Alignment * Alignment;
        }
        bool verify = options.VerifyChecksums != false;
        var bytes = new NativeMemorySource(length, sourceName);
        try
        {
            uint[] checksums = ParallelCopy.Run(ranges, bytes, verify, options.Progress, options.CancellationToken);
            for (int i = 0; i < checksums.Length; i++)
            {
                zip.Checksum(zip.Entries[i]).Confirm(checksums[i]);
            }
            return new NpzMemory(ranges, bytes, verify);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <summary>The copy of a member.</summary>
    public ByteSource Open(int index) => Bytes.Slice(_ranges[index].DestinationOffset, _ranges[index].Source.Length);
}
