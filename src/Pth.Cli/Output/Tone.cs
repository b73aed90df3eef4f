namespace Pth.Cli.Output;

/// <summary>What a piece of text is, so that a terminal can colour it.</summary>
internal enum Tone
{
    Plain,
    Dim,
    Strong,
    Good,
    Warning,
    Bad,
}
