using Pth.Cli.Console;

namespace Pth.Cli.Output;

/// <summary>Lines of toned pieces: coloured on a terminal that wants it, plain elsewhere.</summary>
internal sealed class StyledText(ICommandConsole console)
{
    private readonly bool _isColoured = console.IsTerminal && console.UseColour;

    /// <summary>Writes a line. The pieces are escaped here.</summary>
    public void Line(params ReadOnlySpan<(string Text, Tone Tone)> pieces)
    {
        foreach ((string text, Tone tone) in pieces)
        {
            string safe = Escape.Line(text);
            console.Out.Write(_isColoured && Code(tone) is { } code ? $"\x1b[{code}m{safe}\x1b[0m" : safe);
        }
        console.Out.WriteLine();
    }

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
