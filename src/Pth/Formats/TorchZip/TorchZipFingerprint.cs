using System.Globalization;
using Pth.Errors;
using Pth.Formats.Archive;

namespace Pth.Formats.TorchZip;

/// <summary>Reads the records that say what the file is, and tells from them which PyTorch wrote it.</summary>
internal static class TorchZipFingerprint
{
    /// <summary><c>caffe2/serialize/versions.h</c>: what PyTorch's reader accepts.</summary>
    private const int MinVersion = 1;
    private const int MaxVersion = 10;
    private const int MaxAlignment = 1 << 16;

    public static ContainerInfo Read(TorchArchive archive)
    {
        string? byteOrder = archive.ReadText(TorchRecords.ByteOrder);
        if (byteOrder is not (null or "little" or "big"))
        {
            throw Error(archive, TorchRecords.ByteOrder, $"'{byteOrder}'", "'little' or 'big'");
        }
        string? formatVersion = archive.ReadText(TorchRecords.FormatVersion);
        (string writer, WriterProfile profile) = Judge(archive, byteOrder, formatVersion);
        return new ContainerInfo
        {
            Kind = "torch-zip",
            Writer = writer,
            Profile = profile,
            ArchiveName = archive.Name,
            RecordCount = archive.Count,
            Version = ReadVersion(archive),
            IsBigEndian = byteOrder == "big",
            ByteOrder = byteOrder,
            FormatVersion = formatVersion,
            StorageAlignment = ReadAlignment(archive),
            SerializationId = archive.ReadText(TorchRecords.SerializationId),
            UncheckedRecords = archive.UncheckedRecords,
        };
    }

    private static (string Writer, WriterProfile Profile) Judge(
        TorchArchive archive,
        string? byteOrder,
        string? formatVersion
    )
    {
        if (formatVersion is not null)
        {
            return ("PyTorch 2.7 or later", WriterProfile.PyTorch27);
        }
        if (byteOrder is not null)
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

    private static int ReadVersion(TorchArchive archive)
    {
        string record = archive.TryFind(TorchRecords.HiddenVersion, out _)
            ? TorchRecords.HiddenVersion
            : TorchRecords.Version;
        _ = archive.Find(record);
        string text = archive.ReadText(record)!;
        return
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int version)
            && version is >= MinVersion and <= MaxVersion
            ? version
            : throw Error(archive, record, $"version '{text}'", $"{MinVersion} to {MaxVersion}");
    }

    private static int ReadAlignment(TorchArchive archive)
    {
        if (archive.ReadText(TorchRecords.StorageAlignment) is not { } text)
        {
            return TorchRecords.DefaultAlignment;
        }
        return
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int alignment)
            && alignment is > 0 and <= MaxAlignment
            ? alignment
            : throw Error(archive, TorchRecords.StorageAlignment, $"'{text}'", $"a number from 1 to {MaxAlignment}");
    }

    private static CheckpointException Error(TorchArchive archive, string record, string found, string expected) =>
        archive.Find(record).Location.Error(CheckpointErrorKind.Unsupported, found, expected);
}
