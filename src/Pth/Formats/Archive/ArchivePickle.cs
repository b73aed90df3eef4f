using Pth.Bytes;
using Pth.Errors;
using Pth.Pickle;
using Pth.Tensors;
using Pth.Zip;

namespace Pth.Formats.Archive;

/// <summary>Reads a record that is one pickle, its checksum checked first.</summary>
internal static class ArchivePickle
{
    /// <exception cref="CheckpointException">The record is too long, damaged or not one pickle, or what the resolver throws.</exception>
    public static PyValue Read(TorchArchive archive, ZipEntry entry, IPickleResolver resolver, ReadLimits limits)
    {
        using NativeMemorySource? copy = Open(archive, entry, limits, out ByteSource pickle);
        return new PickleReader(pickle, entry.Location, limits, resolver).ReadLast();
    }

    /// <summary>The bytes of a record that is read whole, its checksum checked.</summary>
    /// <returns>The memory that they were copied to, which the caller frees; null where they need no copy.</returns>
    public static NativeMemorySource? Open(
        TorchArchive archive,
        ZipEntry entry,
        ReadLimits limits,
        out ByteSource bytes
    )
    {
        if (entry.Length > limits.MaxPickleLength)
        {
            throw entry.Location.Error(
                CheckpointErrorKind.LimitExceeded,
                $"a record of {entry.Length} bytes to be read whole",
                $"at most {limits.MaxPickleLength} ({nameof(ReadLimits)}.{nameof(ReadLimits.MaxPickleLength)})"
            );
        }
        ByteSource data = archive.OpenData(entry);
        NativeMemorySource? copy = data.IsFile ? NativeMemorySource.CopyOf(data) : null;
        bytes = copy ?? data;
        try
        {
            new StorageChecksum(bytes, entry.Crc32, entry).Verify();
            return copy;
        }
        catch
        {
            copy?.Dispose();
            throw;
        }
    }
}
