using System.Globalization;
using Pth.Bytes;
using Pth.Formats.Archive;
using Pth.Zip;

namespace Pth.Formats.TorchZip;

/// <summary>Takes the whole tensors out of a <c>torch.save</c> file that was cut, or whose central directory or records are damaged.</summary>
/// <remarks>
/// It goes by the local headers alone, also where there is a central directory: a file that is whole gives the same either way, and in one
/// that is not the directory may be what is wrong.
/// </remarks>
internal sealed class TorchZipRecoverer : IRecoverer
{
    /// <inheritdoc />
    public bool Recognizes(ByteSource source) => Containers.IsZip(source);

    /// <inheritdoc />
    public RecoveredContent Recover(ByteSource source, ReadOptions options)
    {
        var archive = FoundArchive.Find(source, options.Limits);
        ContainerInfo info = Describe(archive);
        var storages = new FoundStorages(source, archive, info.IsBigEndian);
        PyValue root = archive.ReadRoot(storages);
        storages.Verify(options.Progress, options.CancellationToken);
        string? cut = TorchZipCut.Describe(source, archive);
        return new RecoveredContent(root, info, storages.Losses) { Notes = cut is null ? [] : [cut] };
    }

    private static ContainerInfo Describe(FoundArchive archive)
    {
        string? byteOrder = archive.ReadText(TorchRecords.ByteOrder);
        WriterProfile profile = ProfileOf(archive);
        return new ContainerInfo
        {
            Kind = "torch-zip",
            Writer = "PyTorch",
            Profile = profile,
            ArchiveName = archive.Name,
            ByteOrder = byteOrder,
            IsBigEndian = byteOrder == "big",
            StorageAlignment = AlignmentOf(archive),
        };
    }

    /// <summary>Which PyTorch wrote the records that are there.</summary>
    public static WriterProfile ProfileOf(FoundArchive archive) =>
        archive.Find(TorchRecords.FormatVersion) is not null ? WriterProfile.PyTorch27
        : archive.Find(TorchRecords.ByteOrder) is not null ? WriterProfile.PyTorch21
        : archive.Name != ArchiveName.Default ? WriterProfile.PyTorch113
        : WriterProfile.PyTorch19;

    /// <summary>What the offset of each record's data is a multiple of.</summary>
    public static int AlignmentOf(FoundArchive archive) =>
        int.TryParse(
            archive.ReadText(TorchRecords.StorageAlignment),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out int alignment
        ) && alignment is > 0 and <= ushort.MaxValue + 1
            ? alignment
            : TorchRecords.DefaultAlignment;
}
