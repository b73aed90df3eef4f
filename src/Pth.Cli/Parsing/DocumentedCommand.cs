using System.CommandLine;

namespace Pth.Cli.Parsing;

/// <summary>A command with what its <c>--help</c> says beyond its options.</summary>
internal sealed class DocumentedCommand(string name, string description) : Command(name, description)
{
    /// <summary>What one has to know to use it well, one paragraph each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What each exit code means here.</summary>
    public string ExitCodes { get; init; } = "0 done, 2 it could not be done.";

    /// <summary>Command lines that work as they stand, each with what it does.</summary>
    public required IReadOnlyList<(string Line, string Effect)> Examples { get; init; }
}
