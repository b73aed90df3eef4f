using Pth.Cli.Console;

namespace Pth.Cli.Tests;

/// <summary>A console in memory: a pipe unless told otherwise.</summary>
internal sealed class FakeConsole : ICommandConsole
{
    private readonly StringWriter _out = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public TextWriter Out => _out;

    public TextWriter Error => _error;

    public bool IsTerminal { get; init; }

    public bool IsErrorTerminal { get; init; }

    public bool UseColour { get; init; }

    public int Width { get; init; } = 80;

    public string Output => _out.ToString();

    public string ErrorOutput => _error.ToString();
}
