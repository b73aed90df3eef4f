namespace Pth;

/// <summary>
/// Bytes that lie outside the pickle (<c>NEXT_BUFFER</c>, protocol 5): the program that wrote it handed them over by another way, in the
/// order of their positions. Nothing in the file says how many they are.
/// </summary>
/// <remarks>Source: PEP 574. <c>torch.save</c> writes none, and protocol 2, in which checkpoints are saved, has no opcode for one.</remarks>
public sealed class PyBuffer : PyValue
{
    /// <summary>Makes one.</summary>
    /// <param name="index">Which of the buffers it is, from 0.</param>
    /// <param name="isReadOnly">Whether the reader must not write to it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is negative.</exception>
    public PyBuffer(int index, bool isReadOnly = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        Index = index;
        IsReadOnly = isReadOnly;
    }

    /// <summary>Which of the buffers it is, from 0 in the order of the pickle.</summary>
    public int Index { get; }

    /// <summary>Whether <c>READONLY_BUFFER</c> says that the reader must not write to it.</summary>
    public bool IsReadOnly { get; }

    /// <inheritdoc />
    public override string Describe() => $"{(IsReadOnly ? "read-only buffer" : "buffer")} {Index} outside the pickle";
}
