namespace Pth.Cli;

/// <summary>The command line asks for something that makes no sense.</summary>
internal sealed class UsageException(string problem, string? command = null) : Exception(problem)
{
    /// <summary>The command whose help explains it; null for the program's own.</summary>
    public string? Command { get; } = command;
}
