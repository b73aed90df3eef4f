using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Pth.Formats.Foreign;

/// <summary>Says what a text is that stands where a checkpoint should.</summary>
internal static class ForeignText
{
    /// <summary>Pointers are some 130 bytes long.</summary>
    private const int MaxPointerLength = 1_024;

    private const string Page =
        "a checkpoint: the server answered with a text; open the address in a browser, where it says what is missing";

    private static readonly SearchValues<byte> Controls = SearchValues.Create([
        .. Enumerable.Range(0, 32).Except([9, 10, 12, 13]).Select(c => (byte)c),
        127,
    ]);

    private static readonly string[] PythonBeginnings =
    [
        "import ",
        "from ",
        "def ",
        "class ",
        "#!/usr/bin/env python",
        "#!/usr/bin/python",
        "# -*- coding",
        "\"\"\"",
    ];

    /// <summary>What the text is and what to do; null where it is no text.</summary>
    /// <param name="head">The first bytes of the file.</param>
    /// <param name="isWhole">Whether they are all.</param>
    public static (string Found, string? Next)? Explain(ReadOnlySpan<byte> head, bool isWhole)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            return ("a text in UTF-16", null);
        }
        if (head.ContainsAny(Controls) || !IsUtf8(head, isWhole))
        {
            return null;
        }
        string text = Encoding.UTF8.GetString(head).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        return ExplainPointer(text, isWhole)
            ?? text switch
            {
                _ when Begins(text, "<!doctype html") || Begins(text, "<html") || Begins(text, "<head") => (
                    "a web page (HTML)",
                    Page
                ),
                ['<', ..] => ("an XML text, as storage services answer with errors", Page),
                ['{' or '[', ..] => text.Contains("\"error", StringComparison.OrdinalIgnoreCase)
                    ? ("a JSON text that tells of an error", Page)
                    : ("a JSON text", "the weights: a configuration or an index lies beside them"),
                _ when Array.Exists(
                        PythonBeginnings,
                        beginning => text.StartsWith(beginning, StringComparison.Ordinal)
                    ) => ("a Python program", "the file that it saves"),
                "" => ("a text of white space", null),
                _ => ($"a text that begins with '{FirstLine(text)}'", null),
            };
    }

    /// <summary>What Git stores for a large file.</summary>
    /// <remarks>Source: <c>git-lfs/docs/spec.md</c>.</remarks>
    private static (string Found, string? Next)? ExplainPointer(string text, bool isWhole)
    {
        if (
            !isWhole
            || text.Length > MaxPointerLength
            || !text.StartsWith("version https://git-lfs", StringComparison.Ordinal)
        )
        {
            return null;
        }
        string[] lines = text.Split('\n', StringSplitOptions.TrimEntries);
        string? oid = Array.Find(lines, line => line.StartsWith("oid ", StringComparison.Ordinal));
        string? size = Array.Find(lines, line => line.StartsWith("size ", StringComparison.Ordinal));
        return (
            $"a Git LFS pointer to {size?[5..] ?? "?"} bytes ({oid?[4..] ?? "without oid"})",
            "the file itself: run 'git lfs pull'"
        );
    }

    private static bool Begins(string text, string beginning) =>
        text.StartsWith(beginning, StringComparison.OrdinalIgnoreCase);

    private static string FirstLine(string text)
    {
        const int Longest = 40;
        int end = text.AsSpan().IndexOfAny('\r', '\n');
        ReadOnlySpan<char> line = text.AsSpan(0, end < 0 ? text.Length : end).TrimEnd();
        if (line.Length <= Longest)
        {
            return line.ToString();
        }
        // Never half of a pair.
        int length = char.IsHighSurrogate(line[Longest - 1]) ? Longest - 1 : Longest;
        return $"{line[..length]}...";
    }

    private static bool IsUtf8(ReadOnlySpan<byte> head, bool isWhole)
    {
        // The last character of what was looked at may be cut.
        for (int cut = 0; cut <= (isWhole ? 0 : Math.Min(3, head.Length)); cut++)
        {
            if (Utf8.IsValid(head[..^cut]))
            {
                return true;
            }
        }
        return false;
    }
}
