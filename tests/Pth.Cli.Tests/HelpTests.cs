namespace Pth.Cli.Tests;

public sealed class HelpTests
{
    [Theory]
    [InlineData("pth")]
    [InlineData("show")]
    [InlineData("ls")]
    [InlineData("cat")]
    [InlineData("rename")]
    [InlineData("convert")]
    [InlineData("diff")]
    [InlineData("verify")]
    [InlineData("recover")]
    [InlineData("set")]
    [InlineData("meta")]
    [InlineData("scan")]
    [InlineData("dis")]
    public void Help_is_as_it_was_read_and_found_good(string command)
    {
        CliResult result = command == "pth" ? Cli.Run("--help") : Cli.Run(command, "--help");

        Assert.Equal(0, result.ExitCode);
        Assert.All(result.Lines, line => Assert.InRange(line.Length, 0, 80));
        Golden.Verify($"help-{command}.txt", result.Output);
    }
}
