using Pth.Cli.Output;

namespace Pth.Cli.Tests.Output;

public sealed class TextTableTests
{
    [Fact]
    public void In_a_pipe_there_are_only_aligned_rows()
    {
        var console = new FakeConsole();

        Table().Write(console);

        Assert.Equal("a.weight    9  x\nlong.name  10\n", console.Output.Replace("  \n", "\n"));
    }

    [Fact]
    public void On_a_terminal_there_is_a_head()
    {
        var console = new FakeConsole { IsTerminal = true };

        Table().Write(console);

        Assert.Contains("name", console.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\x1b", console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Colour_is_used_where_it_is_wanted()
    {
        var console = new FakeConsole { IsTerminal = true, UseColour = true };

        Table().Write(console);

        Assert.Contains("\x1b[31m", console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_escaped_in_both()
    {
        foreach (bool isTerminal in new[] { false, true })
        {
            var console = new FakeConsole { IsTerminal = isTerminal };
            var table = new TextTable(new Column("name"));
            table.Add("a\x1b[31m[red]");

            table.Write(console);

            Assert.Contains(@"a\x1b[31m[red]", console.Output, StringComparison.Ordinal);
        }
    }

    private static TextTable Table()
    {
        var table = new TextTable(new Column("name"), new Column("size", AlignRight: true), new Column("note"));
        table.Add("a.weight", "9", new Cell("x", Tone.Bad));
        table.Add("long.name", "10", "");
        return table;
    }
}
