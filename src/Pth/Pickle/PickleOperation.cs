using System.Buffers.Binary;

namespace Pth.Pickle;

/// <summary>One instruction as it lies in the stream, found without running anything.</summary>
/// <param name="Opcode">Which.</param>
/// <param name="Facts">What is known of it.</param>
/// <param name="Offset">Where its byte is.</param>
/// <param name="ArgumentOffset">Where its argument begins: behind a count, where it has one.</param>
/// <param name="ArgumentLength">The argument's bytes, without the line feed.</param>
/// <param name="End">Where the next one is.</param>
internal readonly record struct PickleOperation(
    Opcode Opcode,
    OpcodeFacts Facts,
    int Offset,
    int ArgumentOffset,
    int ArgumentLength,
    int End
)
{
    /// <summary>Reads one; false at a byte that is no instruction, or where its argument does not end in the bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, int offset, out PickleOperation operation)
    {
        operation = default;
        if ((uint)offset >= (uint)bytes.Length || OpcodeFacts.Of((Opcode)bytes[offset]) is not { } facts)
        {
            return false;
        }
        int start = offset + 1;
        ReadOnlySpan<byte> rest = bytes[start..];
        (int prefix, long length, int suffix) = Measure(rest, facts.Argument);
        if (length < 0 || length > rest.Length - prefix - suffix)
        {
            return false;
        }
        int end = start + prefix + (int)length + suffix;
        operation = new PickleOperation((Opcode)bytes[offset], facts, offset, start + prefix, (int)length, end);
        return true;
    }

    /// <summary>The argument's bytes.</summary>
    public ReadOnlySpan<byte> Argument(ReadOnlySpan<byte> bytes) => bytes.Slice(ArgumentOffset, ArgumentLength);

    /// <summary>The argument as a number, where it is one of fixed size.</summary>
    public ulong Number(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> argument = Argument(bytes);
        return argument.Length switch
        {
            1 => argument[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(argument),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(argument),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(argument),
        };
    }

    private static (int Prefix, long Length, int Suffix) Measure(ReadOnlySpan<byte> rest, PickleArgument argument) =>
        argument switch
        {
            PickleArgument.None => (0, 0, 0),
            PickleArgument.UInt8 => (0, 1, 0),
            PickleArgument.UInt16 => (0, 2, 0),
            PickleArgument.Int32 or PickleArgument.UInt32 => (0, 4, 0),
            PickleArgument.UInt64 or PickleArgument.Double => (0, 8, 0),
            PickleArgument.Line => (0, rest.IndexOf((byte)'\n'), 1),
            PickleArgument.TwoLines => (0, TwoLines(rest), 1),
            PickleArgument.Counted8 => (1, rest.Length >= 1 ? rest[0] : -1, 0),
            PickleArgument.CountedInt32 => (4, rest.Length >= 4 ? BinaryPrimitives.ReadInt32LittleEndian(rest) : -1, 0),
            PickleArgument.CountedUInt32 => (
                4,
                rest.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(rest) : -1,
                0
            ),
            _ => (8, rest.Length >= 8 ? BinaryPrimitives.ReadInt64LittleEndian(rest) : -1, 0),
        };

    private static int TwoLines(ReadOnlySpan<byte> rest)
    {
        int first = rest.IndexOf((byte)'\n');
        int second = first < 0 ? -1 : rest[(first + 1)..].IndexOf((byte)'\n');
        return second < 0 ? -1 : first + 1 + second;
    }
}
