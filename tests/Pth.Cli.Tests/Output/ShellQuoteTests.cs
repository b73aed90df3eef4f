using Pth.Cli.Output;

namespace Pth.Cli.Tests.Output;

public sealed class ShellQuoteTests
{
    [Theory]
    [InlineData("a/b.pth", "a/b.pth")]
    [InlineData("my model.pth", "'my model.pth'")]
    [InlineData("x[0]", "'x[0]'")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("$HOME", "'$HOME'")]
    [InlineData("", "''")]
    public void A_shell_reads_the_word_back(string word, string quoted) => Assert.Equal(quoted, ShellQuote.Of(word));
}
