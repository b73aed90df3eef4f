using System.Text;
using Spectre.Console;

namespace Pth.Cli.Output;

/// <summary>A console's writer as the drawing library wants it.</summary>
internal sealed class TerminalWriter(TextWriter writer, int width) : IAnsiConsoleOutput
{
    public TextWriter Writer => writer;

    public bool IsTerminal => true;

    public int Width => width;

    public int Height => 24;

    public void SetEncoding(Encoding encoding) { }
}
