namespace Pth;

/// <summary>What kind of file a checkpoint came in, and who wrote it.</summary>
public sealed record ContainerInfo
{
    /// <summary><c>torch-zip</c>; in the words of <c>pth ls --json</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The range of PyTorch versions that writes such files: <c>PyTorch 2.1 to 2.6</c>.</summary>
    public required string Writer { get; init; }

    /// <summary>The profile to save with for the same bytes. For a file of PyTorch 1.6 to 1.8, the nearest.</summary>
    public required WriterProfile Profile { get; init; }

    /// <summary>The folder that all records of the zip lie in: the file's first name without its extension, or <c>archive</c>.</summary>
    public required string ArchiveName { get; init; }

    /// <summary>The number of records in the container.</summary>
    public required int RecordCount { get; init; }

    /// <summary>The version of the file format: 3 for what <c>torch.save</c> writes.</summary>
    public required int Version { get; init; }

    /// <summary>Whether the numbers lie in the file with their highest byte first. They are turned while reading.</summary>
    public bool IsBigEndian { get; init; }

    /// <summary>What the record <c>byteorder</c> says; null where there is none, which means little.</summary>
    public string? ByteOrder { get; init; }

    /// <summary>What the record <c>.format_version</c> says (PyTorch 2.7 and later); null where there is none.</summary>
    public string? FormatVersion { get; init; }

    /// <summary>The alignment of the records' data in bytes: as <c>.storage_alignment</c> says, else PyTorch's 64.</summary>
    public int StorageAlignment { get; init; } = 64;

    /// <summary>The 40 digits by which PyTorch 2.1 and later tell files apart; null where there are none.</summary>
    public string? SerializationId { get; init; }

    /// <summary>Records whose checksum is recorded as 0, as when PyTorch's checksums are off: nothing can be checked for them.</summary>
    public IReadOnlyList<string> UncheckedRecords { get; init; } = [];
}
