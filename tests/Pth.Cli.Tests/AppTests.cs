namespace Pth.Cli.Tests;

public sealed class AppTests
{
    [Fact]
    public void Without_arguments_it_says_what_it_can_do()
    {
        CliResult result = Cli.Run();

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("usage: pth COMMAND", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("ls")]
    [InlineData("ls", "a.pth", "--nonsense")]
    [InlineData("ls", "a.pth", "b.pth")]
    [InlineData("@a.rsp")]
    [InlineData("--json")]
    [InlineData("help", "nonsense", "--help")]
    public void Wrong_arguments_give_2_and_one_line(params string[] args)
    {
        CliResult result = Cli.Run(args);

        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.StartsWith("pth: ", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void A_command_that_there_is_not_is_guessed_at() =>
        Assert.Equal("pth: there is no command 'shwo'; is it show? (see pth --help)\n", Cli.Run("shwo", "a.pth").Error);

    [Theory]
    [InlineData("help", "ls")]
    [InlineData("help", "ls", "more")]
    [InlineData("ls", "--help")]
    [InlineData("ls", "-h")]
    [InlineData("ls", "a.pth", "--nonsense", "--help")]
    public void Help_is_given_in_every_way_it_is_asked_for(params string[] args)
    {
        CliResult result = Cli.Run(args);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("usage: pth ls FILE", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void It_says_its_version() => Assert.Matches(@"^pth \d+\.\d+\.\d+", Cli.Run("--version").Output);
}
