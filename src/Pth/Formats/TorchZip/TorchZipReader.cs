using Pth.Bytes;
using Pth.Formats.Archive;
using Pth.Formats.Torch;
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
        TorchArchive archive = TorchArchive.Open(source, zip);
        ContainerInfo info = TorchZipFingerprint.Read(archive);
        return ArchiveOpener.Open(
            source,
            zip,
            archive,
            archive.Storages,
            context,
            open =>
            {
                var storages = new ArchiveStorages(archive, info.IsBigEndian, open);
                ZipEntry entry = archive.Find(TorchRecords.Pickle);
                var resolver = new TorchResolver(storages, entry.Location);
                PyValue root = ArchivePickle.Read(archive, entry, resolver, context.Options.Limits);
                return new ArchiveReading(root, info, storages.All);
            }
        );
    }
}
