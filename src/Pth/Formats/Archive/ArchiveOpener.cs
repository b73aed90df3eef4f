using Pth.Bytes;
using Pth.Tensors;
using Pth.Zip;

namespace Pth.Formats.Archive;

/// <summary>Opens an archive in place, or copies its storages into memory of their own: all containers of PyTorch do it so.</summary>
internal static class ArchiveOpener
{
    /// <param name="source">The file.</param>
    /// <param name="zip">The zip in it.</param>
    /// <param name="archive">The archive in that.</param>
    /// <param name="storages">The records that storages can lie in.</param>
    /// <param name="context">How to open.</param>
    /// <param name="read">Reads the pickles, given what opens the record of a storage.</param>
    public static ContainerContent Open(
        ByteSource source,
        ZipArchiveReader zip,
        TorchArchive archive,
        IEnumerable<ZipEntry> storages,
        OpenContext context,
        Func<Func<ZipEntry, (ByteSource Data, StorageChecksum Checksum)>, ArchiveReading> read
    ) =>
        context.Copies
            ? Load(ArchiveMemory.Copy(archive, [.. storages], source.Name, context.Options), read)
            : Map(zip, archive, context.Options, read);

    // Storages are parts of the source.
    private static ContainerContent Map(
        ZipArchiveReader zip,
        TorchArchive archive,
        ReadOptions options,
        Func<Func<ZipEntry, (ByteSource Data, StorageChecksum Checksum)>, ArchiveReading> read
    )
    {
        ArchiveReading reading = read(entry =>
        {
            ByteSource data = archive.OpenData(entry);
            return (data, new StorageChecksum(data, entry.Crc32, entry));
        });
        if (options.VerifyChecksums == true)
        {
            ChecksumPass.Require(reading.Storages, options.CancellationToken);
        }
        return new ContainerContent(reading.Root, reading.Info)
        {
            Beside = reading.Beside,
            VerifyChecksums = (progress, token) => ArchiveVerifier.Verify(zip, reading.Storages, progress, token),
        };
    }

    // All storages are copied into memory of their own, their checksums checked on the way.
    private static ContainerContent Load(
        ArchiveMemory memory,
        Func<Func<ZipEntry, (ByteSource Data, StorageChecksum Checksum)>, ArchiveReading> read
    )
    {
        try
        {
            ArchiveReading reading = read(memory.Open);
            return new ContainerContent(reading.Root, reading.Info) { Beside = reading.Beside, Memory = memory.Bytes };
        }
        catch
        {
            memory.Bytes.Dispose();
            throw;
        }
    }
}
