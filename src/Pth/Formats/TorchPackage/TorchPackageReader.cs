using Pth.Bytes;
using Pth.Formats.Archive;
using Pth.Formats.Torch;
using Pth.Tensors;
using Pth.Zip;

namespace Pth.Formats.TorchPackage;

/// <summary>
/// Reads what <c>torch.package.PackageExporter</c> writes: an ordered dictionary from the path of each pickle to what it holds. The
/// package's code and other resources are listed; no code is run.
/// </summary>
/// <remarks>Source: <c>torch/package/package_exporter.py</c>, <c>package_importer.py</c>.</remarks>
internal sealed class TorchPackageReader : IZipContainerReader
{
    /// <inheritdoc />
    public bool Recognizes(ZipArchiveReader zip) => TorchArchive.HasRecord(zip, TorchRecords.PackageModules);

    /// <inheritdoc />
    public ContainerContent Open(ByteSource source, ZipArchiveReader zip, OpenContext context)
    {
        TorchArchive archive = TorchArchive.Open(source, zip);
        var records = new PackageRecords(archive);
        ContainerInfo info = ArchiveFacts.Read(archive, "torch-package") with
        {
            Writer = "torch.package of PyTorch 1.8 or later",
            Code = [.. records.Resources.Select(entry => entry.Name)],
        };
        return ArchiveOpener.Open(
            source,
            zip,
            archive,
            records.Storages,
            context,
            open => Read(archive, records, info, open, context.Options.Limits)
        );
    }

    private static ArchiveReading Read(
        TorchArchive archive,
        PackageRecords records,
        ContainerInfo info,
        Func<ZipEntry, (ByteSource Data, StorageChecksum Checksum)> open,
        ReadLimits limits
    )
    {
        var storages = new ArchiveStorages(
            archive,
            info.IsBigEndian,
            open,
            PackageRecords.Folder,
            PackageRecords.StorageSuffix
        );
        var scripts = new PackageScripts(archive, storages, limits);
        var root = new PyDict { IsOrdered = true };
        foreach (ZipEntry entry in records.Pickles)
        {
            var tensors = new TorchResolver(storages, entry.Location);
            var resolver = new PackageResolver(tensors, scripts, entry.Location);
            root.Add(new PyString(archive.NameInFolder(entry)), ArchivePickle.Read(archive, entry, resolver, limits));
        }
        return new ArchiveReading(root, info, storages.All);
    }
}
