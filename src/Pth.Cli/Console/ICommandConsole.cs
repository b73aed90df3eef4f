namespace Pth.Cli.Console;

/// <summary>What a command may know of the outside: where its text goes, and what can be shown there.</summary>
internal interface ICommandConsole
{
    /// <summary>Standard output as text. UTF-8, buffered; flushed when the program ends.</summary>
    TextWriter Out { get; }

    /// <summary>Standard error as text.</summary>
    TextWriter Error { get; }

    /// <summary>Whether a person looks at standard output: tables, and colour where <see cref="UseColour"/>.</summary>
    bool IsTerminal { get; }

    /// <summary>Whether a person looks at standard error: progress.</summary>
    bool IsErrorTerminal { get; }

    /// <summary>Whether colour is wanted on the terminal: not with <c>NO_COLOR</c>, not on a dumb terminal.</summary>
    bool UseColour { get; }

    /// <summary>The width of the terminal in columns; 80 where there is none.</summary>
    int Width { get; }
}
