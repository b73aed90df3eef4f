using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Pth.Pickle;

namespace Pth.Security;

/// <summary>Writes a pickle's instructions down.</summary>
internal static class PickleLister
{
    private const int ShownText = 120;
    private const int MostInstructions = 5_000_000;

    public static PickleListing List(ReadOnlySpan<byte> bytes, string? stream, PickleTrace trace)
    {
        var instructions = new List<PickleInstruction>();
        var height = new StackHeight();
        int offset = trace.Start;
        while (offset < trace.End && PickleOperation.TryRead(bytes, offset, out PickleOperation operation))
        {
            height.Apply(operation);
            trace.Imports.TryGetValue(offset, out GlobalUse? import);
            instructions.Add(
                new PickleInstruction(
                    offset,
                    operation.End - offset,
                    operation.Opcode.ToString(),
                    ArgumentOf(operation, bytes),
                    operation.Facts.Pops == OpcodeFacts.ToMark ? null : operation.Facts.Pops,
                    operation.Facts.Pushes,
                    height.Value,
                    import?.FullName,
                    import?.Verdict.Level ?? ScanLevel.Safe
                )
            );
            offset = operation.End;
            if (instructions.Count == MostInstructions)
            {
                return new PickleListing(
                    stream,
                    trace.Start,
                    instructions,
                    $"more than {MostInstructions} instructions"
                );
            }
        }
        return new PickleListing(stream, trace.Start, instructions, ProblemOf(trace, bytes));
    }

    private static string? ProblemOf(PickleTrace trace, ReadOnlySpan<byte> bytes) =>
        trace.Reason switch
        {
            PickleEnd.Stop => null,
            PickleEnd.Cut => "ends without STOP",
            PickleEnd.TooMuch => "holds more values than are followed",
            _ => OpcodeFacts.Of((Opcode)bytes[trace.End]) is null
                ? $"byte 0x{bytes[trace.End]:X2} is no instruction"
                : $"{(Opcode)bytes[trace.End]} wants more bytes than there are",
        };

    private static string? ArgumentOf(PickleOperation operation, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> argument = operation.Argument(bytes);
        return operation.Facts.Argument switch
        {
            PickleArgument.None => null,
            PickleArgument.Int32 => BinaryPrimitives
                .ReadInt32LittleEndian(argument)
                .ToString(CultureInfo.InvariantCulture),
            PickleArgument.Double => BinaryPrimitives
                .ReadDoubleBigEndian(argument)
                .ToString("R", CultureInfo.InvariantCulture),
            PickleArgument.UInt8 or PickleArgument.UInt16 or PickleArgument.UInt32 or PickleArgument.UInt64 => operation
                .Number(bytes)
                .ToString(CultureInfo.InvariantCulture),
            _ when operation.Opcode is Opcode.LONG1 or Opcode.LONG4 => argument.Length <= 32
                ? new System.Numerics.BigInteger(argument).ToString(CultureInfo.InvariantCulture)
                : $"{argument.Length} bytes",
            PickleArgument.Line => Cut(
                Encoding.UTF8.GetString(argument[..Math.Min(argument.Length, 4 * ShownText)]),
                argument.Length
            ),
            PickleArgument.TwoLines => Cut(Encoding.UTF8.GetString(argument).Replace('\n', ' '), argument.Length),
            _ => Quote(argument),
        };
    }

    private static string Quote(ReadOnlySpan<byte> argument)
    {
        string text = Encoding.UTF8.GetString(argument[..Math.Min(argument.Length, 4 * ShownText)]);
        return $"'{Cut(text, argument.Length)}'";
    }

    private static string Cut(string text, int length) =>
        text.Length <= ShownText ? text : $"{text[..ShownText]}... ({length} bytes)";
}
