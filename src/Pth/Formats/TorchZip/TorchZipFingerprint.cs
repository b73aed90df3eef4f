using Pth.Formats.Archive;

namespace Pth.Formats.TorchZip;

/// <summary>Tells from its records which PyTorch wrote a file.</summary>
internal static class TorchZipFingerprint
{
    public static ContainerInfo Read(TorchArchive archive)
    {
        ContainerInfo info = ArchiveFacts.Read(archive, "torch-zip");
        (string writer, WriterProfile profile) = Judge(archive, info);
        return info with { Writer = writer, Profile = profile };
    }

    private static (string Writer, WriterProfile Profile) Judge(TorchArchive archive, ContainerInfo info)
    {
        if (info.FormatVersion is not null)
        {
            return ("PyTorch 2.7 or later", WriterProfile.PyTorch27);
        }
        if (info.ByteOrder is not null)
        {
            return ("PyTorch 2.1 to 2.6", WriterProfile.PyTorch21);
        }
        if (archive.Name != ArchiveName.Default)
        {
            return ("PyTorch 1.13 to 2.0", WriterProfile.PyTorch113);
        }
        // Up to 1.8 the key of a storage is its address; since then keys count from 0.
        string writer = (archive.Storages.Any(), archive.TryFindStorage("0", out _)) switch
        {
            (false, _) => "PyTorch 1.6 to 1.12, or 1.13 to 2.0 into a stream",
            (true, true) => "PyTorch 1.9 to 1.12, or 1.13 to 2.0 into a stream",
            (true, false) => "PyTorch 1.6 to 1.8",
        };
        return (writer, WriterProfile.PyTorch19);
    }
}
