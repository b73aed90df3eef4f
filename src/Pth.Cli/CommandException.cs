namespace Pth.Cli;

/// <summary>What was asked for cannot be done with this file, though neither the file nor the command line is wrong.</summary>
internal sealed class CommandException(string problem) : Exception(problem);
