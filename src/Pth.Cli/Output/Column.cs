namespace Pth.Cli.Output;

/// <summary>A column of a table.</summary>
internal sealed record Column(string Title, bool AlignRight = false);
