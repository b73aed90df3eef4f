using System.Globalization;
using Pth.Errors;

namespace Pth.Formats.Archive;

/// <summary>Reads the short records by which an archive says what it is.</summary>
internal static class ArchiveFacts
{
    /// <summary><c>caffe2/serialize/versions.h</c>: what PyTorch's reader accepts.</summary>
    private const int MinVersion = 1;
    private const int MaxVersion = 10;
    private const int MaxAlignment = 1 << 16;

    /// <summary>All but who wrote it.</summary>
    /// <exception cref="CheckpointException">A record says what none of PyTorch's writers says.</exception>
    public static ContainerInfo Read(TorchArchive archive, string kind)
    {
        string? byteOrder = archive.ReadText(TorchRecords.ByteOrder);
        if (byteOrder is not (null or "little" or "big"))
        {
            throw Error(archive, TorchRecords.ByteOrder, $"'{byteOrder}'", "'little' or 'big'");
        }
        return new ContainerInfo
        {
            Kind = kind,
            Writer = "PyTorch",
            ArchiveName = archive.Name,
            RecordCount = archive.Count,
            Version = ReadVersion(archive),
            IsBigEndian = byteOrder == "big",
            ByteOrder = byteOrder,
            FormatVersion = archive.ReadText(TorchRecords.FormatVersion),
            StorageAlignment = ReadAlignment(archive),
            SerializationId = archive.ReadText(TorchRecords.SerializationId),
            UncheckedRecords = archive.UncheckedRecords,
        };
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
