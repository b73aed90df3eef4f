using Pth.Bytes;
using Pth.Formats.Archive;
using Pth.Zip;

namespace Pth.Formats.Wrapped;

/// <summary>Opens the checkpoint that somebody packed into a zip, or an archive of PyTorch that was packed again in another way.</summary>
internal sealed class ZipWrapperReader : IZipContainerReader
{
    /// <summary>Whether the zip is none that PyTorch wrote, or broke off writing.</summary>
    public bool Recognizes(ZipArchiveReader zip) =>
        !TorchArchive.HasRecord(zip, TorchRecords.Version) && !TorchArchive.HasRecord(zip, TorchRecords.HiddenVersion);

    /// <inheritdoc />
    public ContainerContent Open(ByteSource source, ZipArchiveReader zip, OpenContext context)
    {
        PackedFile[] files =
        [
            .. zip
                .Entries.Where(entry => !entry.Name.EndsWith('/'))
                .Select(entry => new PackedFile(
                    entry.Name,
                    entry.Length,
                    entry.Crc32,
                    () => zip.OpenData(entry),
                    length => zip.ReadHead(entry, length)
                )),
        ];
        ContainerContent content = new PackedFiles(source, "zip", files, context).Open();
        return content.VerifyChecksums is null && content.Memory is null
            ? content with
            {
                VerifyChecksums = (progress, token) => ArchiveVerifier.Verify(zip, [], progress, token),
            }
            : content;
    }
}
