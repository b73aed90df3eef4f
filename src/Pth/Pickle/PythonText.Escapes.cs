using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Pth.Pickle;

/// <content>The escapes of protocol 0.</content>
internal static partial class PythonText
{
    /// <summary>
    /// Python's <c>raw-unicode-escape</c>: Latin-1, where <c>\uXXXX</c> and <c>\UXXXXXXXX</c> are characters and a backslash before
    /// anything else stands for itself. Two escapes that make a surrogate pair are one character: so wrote Python 2 on Windows.
    /// </summary>
    public static bool TryUnescapeUnicode(ReadOnlySpan<byte> escaped, [NotNullWhen(true)] out string? text)
    {
        text = null;
        var builder = new StringBuilder(escaped.Length);
        while (!escaped.IsEmpty)
        {
            int digits = escaped switch
            {
                [(byte)'\\', (byte)'u', ..] => 4,
                [(byte)'\\', (byte)'U', ..] => 8,
                _ => 0,
            };
            if (digits > 0)
            {
                if (!TryReadHex(escaped[2..], digits, out uint code) || code > 0x10FFFF)
                {
                    return false;
                }
                Append(builder, code);
                escaped = escaped[(2 + digits)..];
            }
            else
            {
                // The character behind a backslash is taken along, so that it does not begin an escape of its own.
                int length = escaped is [(byte)'\\', _, ..] ? 2 : 1;
                foreach (byte latin1 in escaped[..length])
                {
                    builder.Append((char)latin1);
                }
                escaped = escaped[length..];
            }
        }
        text = builder.ToString();
        return true;
    }

    /// <summary>What lies between the quotes of a Python 2 string literal.</summary>
    public static bool TryUnescapeString(ReadOnlySpan<byte> escaped, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        var result = new byte[escaped.Length];
        int count = 0;
        while (!escaped.IsEmpty)
        {
            int plain = escaped.IndexOf((byte)'\\');
            plain = plain < 0 ? escaped.Length : plain;
            escaped[..plain].CopyTo(result.AsSpan(count));
            count += plain;
            escaped = escaped[plain..];
            if (escaped.IsEmpty)
            {
                break;
            }
            if (escaped.Length < 2)
            {
                return false;
            }
            int length = 2;
            switch (escaped[1])
            {
                case (byte)'x':
                    if (!TryReadHex(escaped[2..], 2, out uint code))
                    {
                        return false;
                    }
                    result[count++] = (byte)code;
                    length = 4;
                    break;
                case >= (byte)'0' and <= (byte)'7':
                    length = 1;
                    int octal = 0;
                    while (length < 4 && length < escaped.Length && escaped[length] is >= (byte)'0' and <= (byte)'7')
                    {
                        octal = (octal * 8) + escaped[length] - '0';
                        length++;
                    }
                    // As Python 2: \777 is \377.
                    result[count++] = (byte)(octal & 0xFF);
                    break;
                case (byte)'\n':
                    break;
                default:
                    int simple = "\\'\"abfnrtv"u8.IndexOf(escaped[1]);
                    if (simple >= 0)
                    {
                        result[count++] = "\\'\"\a\b\f\n\r\t\v"u8[simple];
                    }
                    else
                    {
                        result[count++] = (byte)'\\';
                        result[count++] = escaped[1];
                    }
                    break;
            }
            escaped = escaped[length..];
        }
        bytes = result[..count];
        return true;
    }

    private static void Append(StringBuilder builder, uint code)
    {
        if (code <= char.MaxValue)
        {
            builder.Append((char)code);
        }
        else
        {
            builder.Append(new Rune(code));
        }
    }

    private static bool TryReadHex(ReadOnlySpan<byte> text, int digits, out uint value)
    {
        value = 0;
        if (text.Length < digits)
        {
            return false;
        }
        foreach (byte digit in text[..digits])
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return false;
            }
            value = (value << 4) | (uint)(digit <= (byte)'9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }
        return true;
    }
}
