namespace Pth;

/// <summary>Tensors that share memory, directly or through one between them.</summary>
/// <param name="Names">All of them, in the order of their code points.</param>
/// <param name="Kept">
/// The one that <see cref="SharedTensorPolicy.KeepFirst"/> keeps: the first that covers the whole storage. Null where none does.
/// </param>
/// <param name="ByteCount">The bytes of the storage from the first that one of them looks at to the last.</param>
public sealed record SharedTensorGroup(IReadOnlyList<string> Names, string? Kept, long ByteCount)
{
    /// <inheritdoc />
    public override string ToString() => $"{string.Join(" = ", Names)} ({ByteCount} bytes)";
}
