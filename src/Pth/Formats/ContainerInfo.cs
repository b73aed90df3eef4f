using System.Collections.ObjectModel;

namespace Pth;

/// <summary>What kind of file a checkpoint came in, and who wrote it.</summary>
public sealed record ContainerInfo
{
    /// <summary><c>torch-zip</c>, <c>torch-legacy</c>, <c>torch-tar</c>, <c>torchscript</c>, <c>torch-package</c>, <c>pickle</c>, <c>safetensors</c>, <c>sharded</c>, <c>torchsharp-dat</c>, <c>npy</c>, <c>npz</c>; in the words of <c>pth ls --json</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The range of PyTorch versions that writes such files: <c>PyTorch 2.1 to 2.6</c>.</summary>
    public required string Writer { get; init; }

    /// <summary>The profile to save with for the same bytes. For a file of PyTorch 1.6 to 1.8, the nearest; for other containers, the newest.</summary>
    public WriterProfile Profile { get; init; } = WriterProfile.PyTorch27;

    /// <summary>
    /// The folder that all records of a zip lie in: the file's first name without its extension, or <c>archive</c>. Null for other containers.
    /// </summary>
    public string? ArchiveName { get; init; }

    /// <summary>The number of records in the container; 0 where it has none.</summary>
    public int RecordCount { get; init; }

    /// <summary>The version of the file format: 3 for what <c>torch.save</c> writes. Null where the container has none.</summary>
    public int? Version { get; init; }

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

    /// <summary>Texts stored beside the tensors (safetensors), in the order of the file.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The names of records that are program code (TorchScript), or of classes whose source is in the file (legacy). It is never run.</summary>
    public IReadOnlyList<string> Code { get; init; } = [];

    /// <summary>What is unusual about how the file is packed, a sentence each: a zip around the checkpoint, an extracted folder.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
