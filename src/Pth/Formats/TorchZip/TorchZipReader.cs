using Pth.Bytes;
using Pth.Errors;
using Pth.Formats.Archive;
using Pth.Formats.Torch;
using Pth.Pickle;
using Pth.Tensors;
using Pth.Zip;

namespace Pth.Formats.TorchZip;

/// <summary>Reads what <c>torch.save</c> writes since PyTorch 1.6: a zip with a pickle and a record for each storage.</summary>
internal sealed class TorchZipReader : IZipContainerReader
{
    /// <inheritdoc />
    public bool Recognizes(ZipArchiveReader zip) => TorchArchive.HasRecord(zip, TorchRecords.Pickle);

    /// <inheritdoc />
    public ContainerContent Open(ByteSource source, ZipArchiveReader zip, OpenContext context)
    {
        TorchArchive archive = OpenArchive(source, zip);
        ContainerInfo info = TorchZipFingerprint.Read(archive);
        return context.Copies ? Load(source, archive, info, context.Options) : Map(zip, archive, info, context.Options);
    }

    // Storages are parts of the source.
    private static ContainerContent Map(
        ZipArchiveReader zip,
        TorchArchive archive,
        ContainerInfo info,
        ReadOptions options
    )
    {
        var storages = new ArchiveStorages(
            archive,
            info.IsBigEndian,
            entry =>
            {
                ByteSource data = archive.OpenData(entry);
                return (data, new StorageChecksum(data, entry.Crc32, entry));
            }
        );
        PyValue root = ReadPickle(archive, storages, options);
        if (options.VerifyChecksums == true)
        {
            ChecksumPass.Require(storages.All, options.CancellationToken);
        }
        return new ContainerContent(root, info)
        {
            VerifyChecksums = (progress, token) => ArchiveVerifier.Verify(zip, storages.All, progress, token),
        };
    }

    // All storages are copied into memory of their own, their checksums checked on the way.
    private static ContainerContent Load(
        ByteSource source,
        TorchArchive archive,
        ContainerInfo info,
        ReadOptions options
    )
    {
        ArchiveMemory memory = ArchiveMemory.Copy(archive, source.Name, options);
        try
        {
            var storages = new ArchiveStorages(archive, info.IsBigEndian, memory.Open);
            PyValue root = ReadPickle(archive, storages, options);
            return new ContainerContent(root, info) { Memory = memory.Bytes };
        }
        catch
        {
            memory.Bytes.Dispose();
            throw;
        }
    }

    private static TorchArchive OpenArchive(ByteSource source, ZipArchiveReader zip)
    {
        TorchArchive archive = TorchArchive.Open(source, zip);
        string? other =
            archive.TryFind(TorchRecords.ScriptConstants, out _) ? "a TorchScript archive"
            : archive.TryFind(TorchRecords.PackageModules, out _) ? "a torch.package archive"
            : null;
        return other is null
            ? archive
            : throw new ErrorLocation(source.Name).Error(
                CheckpointErrorKind.Unsupported,
                other,
                "a checkpoint that torch.save wrote"
            );
    }

    private static PyValue ReadPickle(TorchArchive archive, ArchiveStorages storages, ReadOptions options)
    {
        ZipEntry entry = archive.Find(TorchRecords.Pickle);
        ErrorLocation location = entry.Location;
        if (entry.Length > options.Limits.MaxPickleLength)
        {
            throw location.Error(
                CheckpointErrorKind.LimitExceeded,
                $"a pickle of {entry.Length} bytes",
                $"at most {options.Limits.MaxPickleLength} ({nameof(ReadLimits)}.{nameof(ReadLimits.MaxPickleLength)})"
            );
        }
        ByteSource data = archive.OpenData(entry);
        using NativeMemorySource? copy = data.IsFile ? NativeMemorySource.CopyOf(data) : null;
        ByteSource pickle = copy ?? data;
        new StorageChecksum(pickle, entry.Crc32, entry).Verify();
        var reader = new PickleReader(pickle, location, options.Limits, new TorchResolver(storages, location));
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
