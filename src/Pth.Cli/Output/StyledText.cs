using Pth.Cli.Console;

namespace Pth.Cli.Output;

/// <summary>
/// Lines of toned pieces. On a terminal they are coloured where that is wanted, and a line that is too long is broken between pieces and
/// goes on further in; elsewhere a line is a line.
/// </summary>
internal sealed class StyledText(ICommandConsole console)
{
    private const int HangingIndent = 4;

    private readonly bool _isColoured = console.IsTerminal && console.UseColour;
    private readonly int _width = console.IsTerminal ? console.Width : int.MaxValue;

    /// <summary>Writes a line. The pieces are escaped here.</summary>
    public void Line(params ReadOnlySpan<(string Text, Tone Tone)> pieces)
    {
        int column = 0;
        int indent = -1;
        foreach ((string text, Tone tone) in pieces)
        {
            string safe = Escape.Line(text);
            if (indent < 0)
            {
                indent = Math.Min(safe.Length - safe.AsSpan().TrimStart(' ').Length + HangingIndent, _width / 2);
            }
            // The last column is for the comma that may follow.
            int reserved = safe.StartsWith(',') ? 0 : 1;
            if (column + safe.AsSpan().TrimEnd(' ').Length <= _width - reserved)
            {
                Write(safe, tone);
                column += safe.Length;
            }
            else
            {
                column = WriteBroken(safe, tone, column, indent);
            }
        }
        console.Out.WriteLine();
    }

    /// <returns>The column behind the text.</returns>
    private int WriteBroken(string text, Tone tone, int column, int indent)
    {
        string margin = new(' ', indent);
        if (column > indent && text.Length <= _width - indent)
        {
            console.Out.WriteLine();
            Write($"{margin}{text.TrimStart(' ')}", tone);
            return indent + text.Length;
        }
        bool isFirst = true;
        foreach (string word in text.Split(' '))
        {
            if (column > indent && column + 1 + word.Length > _width)
            {
                console.Out.WriteLine();
                Write(margin, tone);
                column = indent;
            }
            else if (!isFirst)
            {
                Write(" ", tone);
                column++;
            }
            isFirst = false;
            Write(word, tone);
            column += word.Length;
        }
        return column;
    }

    private void Write(string text, Tone tone) =>
        console.Out.Write(_isColoured && Code(tone) is { } code ? $"\x1b[{code}m{text}\x1b[0m" : text);

    // Select Graphic Rendition (ECMA-48), the darker half of the sixteen colours as in Terminal.StyleOf.
    private static string? Code(Tone tone) =>
        tone switch
        {
            Tone.Dim => "2",
            Tone.Strong => "1",
            Tone.Good => "32",
            Tone.Warning => "33",
            Tone.Bad => "31",
            _ => null,
        };
}
