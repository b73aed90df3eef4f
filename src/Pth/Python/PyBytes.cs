namespace Pth;

/// <summary>Python's <c>bytes</c>, or <c>bytearray</c> where <see cref="IsMutable"/>.</summary>
public sealed class PyBytes(ReadOnlyMemory<byte> value, bool isMutable = false) : PyValue
{
    private int _hash;

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Value { get; } = value;

    /// <summary>Whether Python's type is <c>bytearray</c>.</summary>
    public bool IsMutable { get; } = isMutable;

    /// <summary>The hash of the bytes, kept: a file may use them as a key over and over.</summary>
    internal int KeyHash
    {
        get
        {
            if (_hash == 0)
            {
                var hash = new HashCode();
                hash.AddBytes(Value.Span);
                _hash = hash.ToHashCode();
            }
            return _hash;
        }
    }

    /// <summary>The call that the value was read from where the pickle had no opcode for it; writing repeats it.</summary>
    internal PyObject? Source { get; init; }

    /// <inheritdoc />
    public override string Describe() => $"{(IsMutable ? "bytearray" : "bytes")} of {Value.Length}";
}
