using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Pth.Bytes;

namespace Pth.Formats.SafeTensors;

/// <summary>Texts in JSON as serde_json writes them: only quotes, backslashes and control characters are escaped.</summary>
internal static class SafeTensorsText
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        "\"\\\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000A\u000B\u000C\u000D\u000E\u000F"
            + "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F"
    );

    /// <summary>Whether UTF-8 can hold the text: it has no half of a surrogate pair.</summary>
    public static bool CanHold(string text) =>
        Utf8.FromUtf16(
            text,
            new byte[Encoding.UTF8.GetMaxByteCount(text.Length)],
            out _,
            out _,
            replaceInvalidSequences: false
        ) == OperationStatus.Done;

    public static void Write(PooledBuffer target, string text)
    {
        target.Write("\""u8);
        for (ReadOnlySpan<char> rest = text; !rest.IsEmpty; )
        {
            int plain = rest.IndexOfAny(Escaped);
            plain = plain < 0 ? rest.Length : plain;
            Span<byte> room = target.GetSpan(Encoding.UTF8.GetMaxByteCount(plain));
            target.Advance(Encoding.UTF8.GetBytes(rest[..plain], room));
            rest = rest[plain..];
            if (!rest.IsEmpty)
            {
                WriteEscaped(target, rest[0]);
                rest = rest[1..];
            }
        }
        target.Write("\""u8);
    }

    private static void WriteEscaped(PooledBuffer target, char character)
    {
        string escape = character switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\b' => "\\b",
            '\t' => "\\t",
            '\n' => "\\n",
            '\f' => "\\f",
            '\r' => "\\r",
            _ => $"\\u{(int)character:x4}",
        };
        target.Advance(Encoding.ASCII.GetBytes(escape, target.GetSpan(escape.Length)));
    }
}
