using Pth.Cli.Console;

namespace Pth.Cli.Output;

/// <summary>
/// Rows under columns: on a terminal a table with a head, elsewhere the rows alone with two spaces or more between columns,
/// so that <c>awk</c> and <c>cut</c> can read them.
/// </summary>
internal sealed class TextTable(params IReadOnlyList<Column> columns)
{
    private readonly List<Cell[]> _rows = [];

    public int RowCount => _rows.Count;

    public void Add(params Cell[] row) =>
        _rows.Add([.. row.Select(cell => cell with { Text = Escape.Line(cell.Text) })]);

    public void Write(ICommandConsole console)
    {
        if (console.IsTerminal)
        {
            Terminal.WriteTable(console, columns, _rows);
        }
        else
        {
            WritePlain(console.Out);
        }
    }

    private void WritePlain(TextWriter output)
    {
        int[] widths = [.. columns.Select((_, i) => _rows.Max(row => (int?)row[i].Text.Length) ?? 0)];
        foreach (Cell[] row in _rows)
        {
            for (int i = 0; i < row.Length; i++)
            {
                string text = row[i].Text;
                if (columns[i].AlignRight)
                {
                    text = text.PadLeft(widths[i]);
                }
                else if (i < row.Length - 1)
                {
                    text = text.PadRight(widths[i]);
                }
                output.Write(text);
                output.Write(i < row.Length - 1 ? "  " : "");
            }
            output.WriteLine();
        }
    }
}
