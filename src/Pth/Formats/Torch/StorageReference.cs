namespace Pth.Formats.Torch;

/// <summary>What a pickle says of a storage: <c>('storage', class, key, location, numel)</c>.</summary>
/// <param name="Key">Its name in the container.</param>
/// <param name="DType">The element type of its class; null when it is untyped.</param>
/// <param name="Count">The number of elements, or of bytes when it is untyped. Not negative.</param>
/// <param name="Device">The location tag: <c>cpu</c>, <c>cuda:0</c>.</param>
internal readonly record struct StorageReference(string Key, DType? DType, long Count, string Device)
{
    /// <summary>The part of it that is meant; null where it is all of it.</summary>
    public StorageWindow? Window { get; init; }

    /// <summary>The size in bytes. Wider than a <see cref="long"/>, so that no count can overflow it.</summary>
    public Int128 ByteCount => (Int128)Count * (DType?.ItemSize ?? 1);
}
