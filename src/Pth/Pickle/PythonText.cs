using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Pth.Pickle;

/// <summary>The encodings of text in pickles.</summary>
internal static partial class PythonText
{
    private const int ShortLength = 256;

    /// <summary>UTF-8 in which lone surrogates have three bytes (Python's <c>surrogatepass</c>).</summary>
    /// <remarks>
    /// Two such that make a pair are refused: Python holds them apart from the character that the pair means in UTF-16, .NET cannot.
    /// </remarks>
    public static bool TryDecode(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out string? text) =>
        TryDecodeStrict(utf8, out text) || TryDecodeSurrogates(utf8, out text);

    /// <summary>UTF-8 without surrogates.</summary>
    public static bool TryDecodeStrict(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out string? text)
    {
        if (utf8.Length <= ShortLength)
        {
            Span<char> chars = stackalloc char[ShortLength];
            OperationStatus status = Utf8.ToUtf16(utf8, chars, out _, out int written, replaceInvalidSequences: false);
            text = status == OperationStatus.Done ? new string(chars[..written]) : null;
        }
        else
        {
            text = Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : null;
        }
        return text is not null;
    }

    /// <summary>Writes text as UTF-8, lone surrogates as three bytes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="utf8">Room for three bytes for each UTF-16 unit.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Encode(ReadOnlySpan<char> text, Span<byte> utf8)
    {
        int total = 0;
        while (true)
        {
            OperationStatus status = Utf8.FromUtf16(
                text,
                utf8[total..],
                out int read,
                out int written,
                replaceInvalidSequences: false
            );
            total += written;
            text = text[read..];
            if (status == OperationStatus.Done)
            {
                return total;
            }
            // What stops the conversion is a surrogate without its other half.
            char lone = text[0];
            utf8[total++] = (byte)(0xE0 | (lone >> 12));
            utf8[total++] = (byte)(0x80 | ((lone >> 6) & 0x3F));
            utf8[total++] = (byte)(0x80 | (lone & 0x3F));
            text = text[1..];
        }
    }

    private static bool TryDecodeSurrogates(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out string? text)
    {
        text = null;
        var builder = new StringBuilder(utf8.Length);
        while (!utf8.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(utf8, out Rune rune, out int length) == OperationStatus.Done)
            {
                builder.Append(rune);
            }
            else if (utf8 is [0xED, >= 0xA0 and <= 0xBF, >= 0x80 and <= 0xBF, ..])
            {
                length = 3;
                char lone = (char)(0xD000 | ((utf8[1] & 0x3F) << 6) | (utf8[2] & 0x3F));
                if (char.IsLowSurrogate(lone) && builder.Length > 0 && char.IsHighSurrogate(builder[^1]))
                {
                    return false;
                }
                builder.Append(lone);
            }
            else
            {
                return false;
            }
            utf8 = utf8[length..];
        }
        text = builder.ToString();
        return true;
    }
}
