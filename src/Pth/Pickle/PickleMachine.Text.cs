using System.Globalization;
using System.Numerics;
using System.Text;

namespace Pth.Pickle;

/// <content>Strings, bytes, and numbers written as text.</content>
internal ref partial struct PickleMachine
{
    /// <summary>Python's own limit for reading decimal integers: the time it takes grows with the square of the digits.</summary>
    private const int MaxDigits = 4_300;

    /// <summary>Far above every number in a checkpoint, and far below what .NET's integers can hold.</summary>
    private const int MaxIntegerBytes = 1 << 16;

    private PyString ReadUnicode(ulong length) =>
        PythonText.TryDecode(TakeText(length), out string? text)
            ? new PyString(text)
            : throw Error("text that is not UTF-8", "UTF-8, where lone surrogates are allowed");

    private PyString ReadUnicodeText() =>
        PythonText.TryUnescapeUnicode(TakeLineOfText(), out string? text)
            ? new PyString(text)
            : throw Error("text with a broken \\u escape", "raw-unicode-escape");

    private PyValue ReadPython2String(uint length) => ToPython2String(TakeText(length));

    private PyValue ReadPython2Text()
    {
        ReadOnlySpan<byte> line = TakeLineOfText();
        if (line.Length < 2 || line[0] is not ((byte)'\'' or (byte)'"') || line[^1] != line[0])
        {
            throw Error("a string without quotes", "quotes at both ends");
        }
        return PythonText.TryUnescapeString(line[1..^1], out byte[]? bytes)
            ? ToPython2String(bytes)
            : throw Error("a string with a broken escape", "Python's escapes");
    }

    /// <summary>Python 2's <c>str</c> is text and bytes in one. Every name in a checkpoint is text; what cannot be text is bytes.</summary>
    private static PyValue ToPython2String(ReadOnlySpan<byte> bytes) =>
        PythonText.TryDecodeStrict(bytes, out string? text) ? new PyString(text) : new PyBytes(bytes.ToArray());

    private PyBytes ReadByteString(ulong length, bool isMutable) => new(TakeText(length).ToArray(), isMutable);

    private ReadOnlySpan<byte> TakeText(ulong length)
    {
        ReadOnlySpan<byte> bytes = Take(length);
        ChargeText(TextPrice, TextBytePrice, bytes.Length);
        return bytes;
    }

    // Escapes are taken out in memory of their own.
    private ReadOnlySpan<byte> TakeLineOfText()
    {
        ReadOnlySpan<byte> line = TakeLine();
        ChargeText(2 * TextPrice, 2 * TextBytePrice, line.Length);
        return line;
    }

    private ReadOnlySpan<byte> TakeNumber()
    {
        ReadOnlySpan<byte> line = TakeLine();
        ChargeText(NumberTextPrice, NumberTextBytePrice, line.Length);
        return line;
    }

    private void MakeReadOnly()
    {
        PyValue top = Pop();
        Push(
            top switch
            {
                PyBytes { IsMutable: false } or PyBuffer { IsReadOnly: true } => top,
                PyBytes bytes => new PyBytes(bytes.Value),
                PyBuffer buffer => new PyBuffer(buffer.Index, isReadOnly: true),
                _ => throw Error($"READONLY_BUFFER of {top.Describe()}", "bytes"),
            }
        );
    }

    private PyInt ReadLong(uint length)
    {
        ReadOnlySpan<byte> bytes = Take(length);
        ChargeText(NumberTextPrice, TextBytePrice, bytes.Length);
        return bytes.Length <= MaxIntegerBytes
            ? ToInt(new BigInteger(bytes))
            : throw Error(
                $"an integer of {bytes.Length} bytes",
                $"at most {MaxIntegerBytes}",
                CheckpointErrorKind.LimitExceeded
            );
    }

    private PyValue ReadIntText()
    {
        ReadOnlySpan<byte> line = TakeNumber();
        return line.SequenceEqual("00"u8) ? PyBool.False
            : line.SequenceEqual("01"u8) ? PyBool.True
            : ToInt(ParseInteger(line));
    }

    private PyInt ReadLongText()
    {
        ReadOnlySpan<byte> line = TakeNumber();
        return ToInt(ParseInteger(line is [.., (byte)'L'] ? line[..^1] : line));
    }

    private long ReadIndexText()
    {
        BigInteger index = ParseInteger(TakeNumber());
        return index >= 0 && index <= long.MaxValue ? (long)index : throw Error($"index {index}", "0 to 2^63 - 1");
    }

    private readonly BigInteger ParseInteger(ReadOnlySpan<byte> text)
    {
        if (text.Length > MaxDigits)
        {
            throw Error(
                $"a number of {text.Length} digits",
                $"at most {MaxDigits}, as in Python",
                CheckpointErrorKind.LimitExceeded
            );
        }
        // The parser would also take a currency sign, white space and parentheses in some style; a pickle has none.
        return BigInteger.TryParse(
            Encoding.Latin1.GetString(text),
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out BigInteger value
        )
            ? value
            : throw Error($"'{Printable(text)}'", "a decimal integer");
    }

    private PyFloat ReadFloatText()
    {
        ReadOnlySpan<byte> line = TakeNumber();
        if (line is [(byte)'+' or (byte)'-', .. var rest])
        {
            return new PyFloat(line[0] == '-' ? -ParseMagnitude(rest) : ParseMagnitude(rest));
        }
        return new PyFloat(ParseMagnitude(line));
    }

    private readonly double ParseMagnitude(ReadOnlySpan<byte> text)
    {
        if (IsWord(text, "inf"u8) || IsWord(text, "infinity"u8))
        {
            return double.PositiveInfinity;
        }
        if (IsWord(text, "nan"u8))
        {
            // .NET's own NaN has its sign set, Python's has not.
            return BitConverter.UInt64BitsToDouble(0x7FF8_0000_0000_0000);
        }
        bool startsWell = text is [>= (byte)'0' and <= (byte)'9' or (byte)'.', ..];
        const NumberStyles style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return startsWell && double.TryParse(text, style, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw Error($"'{Printable(text)}'", "a decimal number");
    }

    private static bool IsWord(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(text, word);

    private static string Printable(ReadOnlySpan<byte> text) =>
        Encoding.Latin1.GetString(text[..Math.Min(text.Length, 40)]);

    private static PyInt ToInt(BigInteger value) =>
        value >= long.MinValue && value <= long.MaxValue ? PyInt.Of((long)value) : new PyInt(value);
}
