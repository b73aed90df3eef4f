using System.CommandLine;
using Pth.Cli.Console;
using Pth.Cli.Output;

namespace Pth.Cli.Parsing;

/// <summary>The text of <c>--help</c>.</summary>
internal static class HelpText
{
    private const int LongestLine = 100;

    public static void Write(Command command, ICommandConsole console)
    {
        int width = Math.Min(console.Width, LongestLine);
        TextWriter output = console.Out;
        WriteParagraph(output, command.Description!, indent: 0, width);
        output.WriteLine();
        output.WriteLine($"usage: {Usage(command)}");
        WriteList(output, "commands", [.. command.Subcommands.Select(sub => (sub.Name, sub.Description!))], width);
        WriteList(output, "arguments", [.. command.Arguments.Select(Describe)], width);
        WriteList(output, "options", [.. Options(command).Select(Describe)], width);
        if (command is DocumentedCommand documented)
        {
            WriteDocumentation(output, documented, width);
        }
        else
        {
            output.WriteLine();
            output.WriteLine("'pth help COMMAND' tells more of each, with examples.");
        }
    }

    private static void WriteDocumentation(TextWriter output, DocumentedCommand command, int width)
    {
        foreach (string note in command.Notes)
        {
            output.WriteLine();
            WriteParagraph(output, note, indent: 0, width);
        }
        output.WriteLine();
        WriteParagraph(output, $"exit codes: {command.ExitCodes}", indent: 0, width);
        output.WriteLine();
        output.WriteLine("examples:");
        foreach ((string line, string effect) in command.Examples)
        {
            output.WriteLine($"  {line}");
            WriteParagraph(output, effect, indent: 6, width);
        }
    }

    private static string Usage(Command command) =>
        command is DocumentedCommand
            ? string.Join(' ', ["pth", command.Name, .. command.Arguments.Select(ArgumentUsage), "[options]"])
            : "pth COMMAND [options]";

    private static string ArgumentUsage(Argument argument)
    {
        string name = argument.Arity.MaximumNumberOfValues > 1 ? $"{argument.Name}..." : argument.Name;
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }

    private static IEnumerable<Option> Options(Command command) =>
        command.Options.Concat(
            command.Parents.OfType<Command>().SelectMany(parent => parent.Options).Where(option => option.Recursive)
        );

    private static (string, string) Describe(Argument argument) => (argument.Name, argument.Description!);

    private static (string, string) Describe(Option option)
    {
        // Shorter names come first, as people look for them.
        string label = string.Join(", ", option.Aliases.Append(option.Name).OrderBy(name => name.Length));
        return (option.HelpName is { } value ? $"{label} {value}" : label, option.Description!);
    }

    private static void WriteList(
        TextWriter output,
        string title,
        IReadOnlyList<(string Label, string Description)> rows,
        int width
    )
    {
        if (rows.Count == 0)
        {
            return;
        }
        output.WriteLine();
        output.WriteLine($"{title}:");
        int column = Math.Min(rows.Max(row => row.Label.Length) + 4, 30);
        foreach ((string label, string description) in rows)
        {
            string head = $"  {label}".PadRight(column);
            if (head.Length > column)
            {
                output.WriteLine(head);
                head = new string(' ', column);
            }
            output.Write(head);
            WriteParagraph(output, description, column, width, continues: true);
        }
    }

    private static void WriteParagraph(TextWriter output, string text, int indent, int width, bool continues = false)
    {
        string margin = new(' ', indent);
        string prefix = continues ? "" : margin;
        foreach (string line in Wrap.Lines(text, width - indent))
        {
            output.WriteLine($"{prefix}{line}");
            prefix = margin;
        }
    }
}
