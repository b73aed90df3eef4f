using Pth.Formats;

namespace Pth;

/// <summary>Small changes to a large file, without writing all of it again.</summary>
/// <remarks>
/// What is changed in place is not atomic: a crash in the middle can leave a tensor that is half old and half new, or a header that is. In a
/// zip the checksum is written after the bytes, so that such a tensor is found damaged and not taken for whole. Whoever must be safe from
/// that saves a new file, which replaces the old one in one step. Nobody may have the file open for reading meanwhile.
/// </remarks>
public static class CheckpointEdit
{
    /// <summary>
    /// Changes the texts that a safetensors file stores beside its tensors: in place where the new header is no longer than the old one with
    /// the spaces that pad it, else by a new file that replaces the old one.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="change">Changes the texts, which it is handed in the order of the file.</param>
    /// <param name="durability">What the change has survived when this returns.</param>
    /// <exception cref="CheckpointException">The file is no safetensors, or not what its format says.</exception>
    /// <exception cref="InvalidOperationException">A text has half of a surrogate pair, or the header becomes too long.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static EditSummary ChangeMetadata(
        string path,
        Action<IDictionary<string, string>> change,
        Durability durability = Durability.Synced
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(change);
        return ContainerEdits.ChangeMetadata(path, change, durability);
    }

    /// <summary>
    /// Writes other elements over those of a tensor, in place; in a zip its record's checksum is written anew. Tensors that share the memory
    /// change with it. The <c>.data/serialization_id</c> of a PyTorch file stays as it is: PyTorch only logs it.
    /// </summary>
    /// <param name="path">The file: safetensors, a zip of PyTorch, or another whose tensors lie in it uncompressed and little-endian.</param>
    /// <param name="name">The tensor's name, as <see cref="Checkpoint.Tensors"/> has it.</param>
    /// <param name="value">The elements: of the same type and shape. Strides, conjugation and negation are applied.</param>
    /// <param name="durability">What the change has survived when this returns.</param>
    /// <exception cref="CheckpointException">The file is not what its format says; also when the bytes around the tensor are damaged.</exception>
    /// <exception cref="ArgumentException">There is no such tensor, or it is of another type or shape.</exception>
    /// <exception cref="InvalidOperationException">The tensor does not lie in the file so that it can be written over.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static EditSummary ReplaceTensor(
        string path,
        string name,
        TensorView value,
        Durability durability = Durability.Synced
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        return TensorOverwrite.Run(path, name, value, durability);
    }
}
