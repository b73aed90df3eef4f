using Pth.Cli.Console;
using Spectre.Console;

namespace Pth.Cli.Output;

/// <summary>What is drawn for people. Nothing else touches the drawing library, so that piped output does not pay for it.</summary>
internal static class Terminal
{
    public static void WriteTable(
        ICommandConsole console,
        IReadOnlyList<Column> columns,
        IReadOnlyCollection<Cell[]> rows
    )
    {
        Table table = new() { Border = TableBorder.Simple, UseSafeBorder = false };
        foreach (Column column in columns)
        {
            table.AddColumn(
                new TableColumn(new Text(column.Title, StyleOf(Tone.Strong)))
                {
                    Alignment = column.AlignRight ? Justify.Right : Justify.Left,
                }
            );
        }
        foreach (Cell[] row in rows)
        {
            table.AddRow(row.Select(cell => new Text(cell.Text, StyleOf(cell.Tone))));
        }
        Open(console).Write(table);
    }

    // The darker half of the sixteen colours: the bright ones vanish on a white background.
    public static Style StyleOf(Tone tone) =>
        tone switch
        {
            Tone.Dim => new Style(decoration: Decoration.Dim),
            Tone.Strong => new Style(decoration: Decoration.Bold),
            Tone.Good => new Style(Color.Green),
            Tone.Warning => new Style(Color.Olive),
            Tone.Bad => new Style(Color.Maroon),
            _ => Style.Plain,
        };

    public static IAnsiConsole Open(ICommandConsole console) =>
        Open(console.Out, console, console.UseColour, redraws: false);

    /// <param name="writer">Where it is drawn.</param>
    /// <param name="console">How wide it is.</param>
    /// <param name="ansi">Whether escape sequences are written.</param>
    /// <param name="redraws">Whether what was drawn is drawn anew in its place.</param>
    public static IAnsiConsole Open(TextWriter writer, ICommandConsole console, bool ansi, bool redraws) =>
        AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = ansi ? AnsiSupport.Yes : AnsiSupport.No,
                ColorSystem = console.UseColour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
                Interactive = redraws ? InteractionSupport.Yes : InteractionSupport.No,
                Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
                Out = new TerminalWriter(writer, console.Width),
            }
        );
}
