using System.Globalization;
using System.Text;

namespace Pth.Cli.Output;

/// <summary>
/// Text from a file as a terminal may be given it. A name can hold escape sequences that move the cursor and marks that turn the
/// writing direction; both could make a listing show what is not there.
/// </summary>
internal static class Escape
{
    /// <summary>Control and format characters, line separators and lone surrogates become <c>\n</c>, <c>\x1b</c>, <c>\u202e</c>.</summary>
    public static string Line(string text)
    {
        int first = FirstUnsafe(text, 0);
        return first < 0 ? text : EscapeFrom(text, first);
    }

    /// <summary>Whether a scalar value at this place may be shown as it is.</summary>
    internal static bool IsSafe(string text, int index, out int length)
    {
        length = 1;
        char c = text[index];
        if (c is >= ' ' and < '\x7F')
        {
            return true;
        }
        if (char.IsSurrogate(c) && (index + 1 == text.Length || !char.IsSurrogatePair(c, text[index + 1])))
        {
            return false;
        }
        length = char.IsSurrogate(c) ? 2 : 1;
        return CharUnicodeInfo.GetUnicodeCategory(text, index)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.Surrogate
            );
    }

    private static int FirstUnsafe(string text, int start)
    {
        for (int i = start; i < text.Length; )
        {
            if (!IsSafe(text, i, out int length))
            {
                return i;
            }
            i += length;
        }
        return -1;
    }

    private static string EscapeFrom(string text, int first)
    {
        var result = new StringBuilder(text, 0, first, text.Length + 16);
        for (int i = first; i < text.Length; )
        {
            bool safe = IsSafe(text, i, out int length);
            if (safe)
            {
                result.Append(text, i, length);
            }
            else
            {
                AppendEscaped(result, text.AsSpan(i, length));
            }
            i += length;
        }
        return result.ToString();
    }

    private static void AppendEscaped(StringBuilder result, ReadOnlySpan<char> scalar)
    {
        foreach (char c in scalar)
        {
            _ = c switch
            {
                '\n' => result.Append("\\n"),
                '\r' => result.Append("\\r"),
                '\t' => result.Append("\\t"),
                < '\x100' => result.Append($"\\x{(int)c:x2}"),
                _ => result.Append($"\\u{(int)c:x4}"),
            };
        }
    }
}
