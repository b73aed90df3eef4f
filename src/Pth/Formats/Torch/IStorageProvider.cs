using Pth.Errors;

namespace Pth.Formats.Torch;

/// <summary>Where a container keeps the storages that its pickle names.</summary>
internal interface IStorageProvider
{
    /// <summary>The storage of a persistent id: the same object for the same key. Its size is proved against the record.</summary>
    /// <param name="reference">What the pickle says of it.</param>
    /// <param name="location">The opcode, for errors.</param>
    Storage Get(in StorageReference reference, ErrorLocation location);

    /// <summary>
    /// Whether persistent ids are those of the legacy stream: a storage's has a sixth part, a window or None, and the class of a module comes
    /// with its source.
    /// </summary>
    bool IsLegacy => false;

    /// <summary>Tells the element type of an untyped storage, which the tensor knows. Needed where bytes must be swapped.</summary>
    void SetElementType(Storage storage, DType dtype, ErrorLocation location);
}
