using System.Text.RegularExpressions;
using CsCheck;
using Pth.Cli.Output;

namespace Pth.Cli.Tests.Output;

public sealed class GlobTests
{
    [Theory]
    [InlineData("*.weight", "features.0.weight", true)]
    [InlineData("*.weight", "features.0.bias", false)]
    [InlineData("features.?.bias", "features.0.bias", true)]
    [InlineData("features.?.bias", "features.10.bias", false)]
    [InlineData("state[0].*", "state[0].exp_avg", true)]
    [InlineData("features", "features.0.weight", false)]
    [InlineData("*", "", true)]
    [InlineData("", "a", false)]
    public void It_matches_whole_names(string pattern, string name, bool matches) =>
        Assert.Equal(matches, new Glob(pattern).IsMatch(name));

    [Fact]
    public void It_agrees_with_the_regular_expression_it_stands_for()
    {
        Gen<string> pattern = Gen.String[Gen.Char["ab*?"], 0, 8];
        Gen<string> name = Gen.String[Gen.Char["ab"], 0, 8];
        Gen.Select(pattern, name)
            .Sample(
                (p, n) =>
                    Assert.Equal(
                        Regex.IsMatch(n, $"^{p.Replace("*", ".*").Replace('?', '.')}$", RegexOptions.NonBacktracking),
                        new Glob(p).IsMatch(n)
                    )
            );
    }
}
