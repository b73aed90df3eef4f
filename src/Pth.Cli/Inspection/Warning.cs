namespace Pth.Cli.Inspection;

/// <summary>Something odd about a file.</summary>
/// <param name="Kind">Which oddity, in one word for programs.</param>
/// <param name="Text">What it is, for people.</param>
/// <param name="Command">The command that mends it or looks closer.</param>
internal sealed record Warning(string Kind, string Text, string Command);
