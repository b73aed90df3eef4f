using Pth.Cli.Output;

namespace Pth.Cli.Tests.Output;

public sealed class StyledTextTests
{
    [Fact]
    public void On_a_terminal_a_long_line_goes_on_further_in_and_names_stay_whole()
    {
        var console = new FakeConsole { IsTerminal = true, Width = 41 };

        new StyledText(console).Line(
            ("  (0): ", Tone.Plain),
            ("BatchNorm2d(4)", Tone.Strong),
            ("  ", Tone.Plain),
            ("features.0.weight", Tone.Good),
            (", ", Tone.Plain),
            (".num_batches_tracked", Tone.Good)
        );

        Assert.Equal(
            "  (0): BatchNorm2d(4)  features.0.weight,\n      .num_batches_tracked\n",
            console.Output.Replace(", \n", ",\n")
        );
    }

    [Fact]
    public void On_a_terminal_prose_is_broken_at_spaces()
    {
        var console = new FakeConsole { IsTerminal = true, Width = 21 };

        new StyledText(console).Line(("warning: ", Tone.Warning), ("all 93 keys have module.", Tone.Plain));

        Assert.Equal("warning: all 93 keys\n    have module.\n", console.Output);
    }

    [Fact]
    public void In_a_pipe_a_line_stays_one()
    {
        var console = new FakeConsole { Width = 20 };

        new StyledText(console).Line((new string('x', 100), Tone.Strong));

        Assert.Equal(new string('x', 100) + "\n", console.Output);
    }

    [Fact]
    public void A_word_longer_than_the_line_is_not_lost()
    {
        var console = new FakeConsole { IsTerminal = true, Width = 10 };

        new StyledText(console).Line(("a ", Tone.Plain), (new string('x', 30), Tone.Plain));

        Assert.Contains(new string('x', 30), console.Output, StringComparison.Ordinal);
    }
}
