using System.Collections.ObjectModel;
using System.Numerics;

namespace Pth;

/// <summary>How a checkpoint is written. The defaults write what the newest <c>torch.save</c> writes.</summary>
public sealed record WriteOptions
{
    private const int LargestAlignment = 32_768;

    /// <summary>The defaults.</summary>
    public static WriteOptions Default { get; } = new();

    /// <summary>Which container to write.</summary>
    public ContainerFormat Format { get; init; } = ContainerFormat.TorchZip;

    /// <summary>What is done with tensors that share memory, in a format that cannot say so.</summary>
    public SharedTensorPolicy SharedTensors { get; init; } = SharedTensorPolicy.Error;

    /// <summary>
    /// Whether what a format of nothing but tensors cannot hold is left out: an epoch, an optimizer's state. Without it such a save is refused.
    /// </summary>
    public bool TensorsOnly { get; init; }

    /// <summary>
    /// Texts that a format with metadata (safetensors) stores beside the tensors. <c>format: pt</c> is added where no format is given, as other
    /// programs look for it; null stores no texts at all, as <c>save_file</c> does when it is given none.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Whose file to write, of those in PyTorch's zip format. To write a file back as it was, take <see cref="ContainerInfo.Profile"/>.</summary>
    public WriterProfile Profile { get; init; } = WriterProfile.PyTorch27;

    /// <summary>
    /// The folder that all records lie in. Null takes the file's name up to its last dot, or <c>archive</c> where PyTorch does: for streams,
    /// for the profile 1.9, and from 2.1 on for a path that is not ASCII.
    /// </summary>
    /// <exception cref="ArgumentException">The name is empty or has a slash.</exception>
    public string? ArchiveName
    {
        get;
        init =>
            field =
                value is null || (value.Length > 0 && value.AsSpan().IndexOfAny('/', '\\') < 0)
                    ? value
                    : throw new ArgumentException(
                        $"Found '{value}', expected a name without slashes that is not empty.",
                        nameof(value)
                    );
    }

    /// <summary>
    /// Whether each tensor is written as a storage of its own that holds its elements and no others. Without it whole storages are written,
    /// as PyTorch does: a slice of a large tensor then takes all of the large tensor's bytes. Names for one and the same view stay tied; an
    /// expanded tensor, whose elements are more than its storage holds, stays expanded.
    /// </summary>
    public bool Compact { get; init; }

    /// <summary>What the file has survived when <c>Save</c> returns. Means nothing for streams.</summary>
    public Durability Durability { get; init; } = Durability.Synced;

    /// <summary>
    /// What the offset of every record in the file is a multiple of: 64, or with <see cref="WriterProfile.PyTorch27"/> another power of two up
    /// to 32,768, as PyTorch's <c>config.save.storage_alignment</c>.
    /// </summary>
    /// <exception cref="ArgumentException">It is no power of two, or larger.</exception>
    public int StorageAlignment
    {
        get;
        init =>
            field =
                BitOperations.IsPow2(value) && value is > 0 and <= LargestAlignment
                    ? value
                    : throw new ArgumentException(
                        $"Found {value}, expected a power of two up to {LargestAlignment}.",
                        nameof(value)
                    );
    } = 64;

    /// <summary>Told how far the writing has come.</summary>
    public IProgress<TransferProgress>? Progress { get; init; }

    /// <summary>Stops the writing; what was at the path before stays.</summary>
    public CancellationToken CancellationToken { get; init; }
}
