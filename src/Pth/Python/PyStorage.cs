namespace Pth;

/// <summary>A storage where a pickle names it: in a tensor's arguments, or by itself.</summary>
public sealed class PyStorage : PyValue
{
    /// <summary>Wraps a storage.</summary>
    public PyStorage(Storage storage) => Storage = storage;

    /// <summary>The bytes.</summary>
    public Storage Storage { get; }

    /// <summary>The persistent id that it was read from; writing keeps the identity of its strings. Null for one made here.</summary>
    internal PyTuple? Source { get; init; }

    /// <summary>The element type that it is named with here, when that is another than the storage's own.</summary>
    internal DType? ViewedAs { get; init; }

    /// <inheritdoc />
    public override string Describe() => $"storage of {Storage.ByteCount} bytes";
}
