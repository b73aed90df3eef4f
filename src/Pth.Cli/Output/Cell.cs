namespace Pth.Cli.Output;

/// <summary>The text of one place in a table. It is escaped where it is shown.</summary>
internal readonly record struct Cell(string Text, Tone Tone = Tone.Plain)
{
    public static implicit operator Cell(string text) => new(text);
}
