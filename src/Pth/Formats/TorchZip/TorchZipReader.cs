using Pth.Bytes;
using Pth.Errors;
using Pth.Formats.Torch;
using Pth.Pickle;
using Pth.Zip;

namespace Pth.Formats.TorchZip;

/// <summary>Reads what <c>torch.save</c> writes since PyTorch 1.6: a zip with a pickle and a record for each storage.</summary>
internal static class TorchZipReader
{
    /// <summary>Reads the pickle; storages are parts of the source.</summary>
    public static ContainerContent Open(ByteSource source, ReadOptions options)
    {
        TorchZipArchive archive = OpenArchive(source, options);
        ContainerInfo info = TorchZipFingerprint.Read(archive);
        var storages = new TorchZipStorages(
            archive,
            info.IsBigEndian,
            entry =>
            {
                ByteSource data = archive.OpenData(entry);
                return (data, new StorageChecksum(data, entry.Crc32, archive.Locate(entry)));
            }
        );
        PyValue root = ReadPickle(archive, storages, options);
        if (options.VerifyChecksums == true)
        {
            foreach (Storage storage in storages.All)
            {
                options.CancellationToken.ThrowIfCancellationRequested();
                storage.Verify();
            }
        }
        return new ContainerContent(root, info, Memory: null);
    }

    /// <summary>Copies all storages into memory of their own, their checksums checked on the way, and reads the pickle.</summary>
    public static ContainerContent Load(ByteSource source, ReadOptions options)
    {
        TorchZipArchive archive = OpenArchive(source, options);
        ContainerInfo info = TorchZipFingerprint.Read(archive);
        TorchZipMemory memory = TorchZipMemory.Copy(archive, source.Name, options);
        try
        {
            var storages = new TorchZipStorages(archive, info.IsBigEndian, memory.Open);
            PyValue root = ReadPickle(archive, storages, options);
            return new ContainerContent(root, info, memory.Bytes);
        }
        catch
        {
            memory.Bytes.Dispose();
            throw;
        }
    }

    private static TorchZipArchive OpenArchive(ByteSource source, ReadOptions options)
    {
        TorchZipArchive archive = TorchZipArchive.Open(source, options.Limits);
        string? other =
            archive.TryFind(TorchZipRecords.ScriptConstants, out _) ? "a TorchScript archive"
            : archive.TryFind(TorchZipRecords.PackageModules, out _) ? "a torch.package archive"
            : null;
        return other is null
            ? archive
            : throw new ErrorLocation(source.Name).Error(
                CheckpointErrorKind.Unsupported,
                other,
                "a checkpoint that torch.save wrote"
            );
    }

    private static PyValue ReadPickle(TorchZipArchive archive, TorchZipStorages storages, ReadOptions options)
    {
        ZipEntry entry = archive.Find(TorchZipRecords.Pickle);
        ErrorLocation location = archive.Locate(entry);
        if (entry.Length > options.Limits.MaxPickleLength)
        {
            throw location.Error(
                CheckpointErrorKind.LimitExceeded,
                $"a pickle of {entry.Length} bytes",
                $"at most {options.Limits.MaxPickleLength} ({nameof(ReadLimits)}.{nameof(ReadLimits.MaxPickleLength)})"
            );
        }
        archive.Checksum(entry).Verify();
        var reader = new PickleReader(
            archive.OpenData(entry),
            location,
            options.Limits,
            new TorchResolver(storages, location)
        );
        PyValue root = reader.Read();
        if (reader.Position != entry.Length)
        {
            throw location
                .At(reader.Position)
                .Error(
                    CheckpointErrorKind.InvalidPickle,
                    $"{entry.Length - reader.Position} bytes behind the pickle",
                    "its end"
                );
        }
        return root;
    }
}
