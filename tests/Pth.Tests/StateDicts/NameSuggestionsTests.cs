namespace Pth.Tests.StateDicts;

public class NameSuggestionsTests
{
    private static readonly string[] Names =
    [
        "features.0.weight",
        "features.0.bias",
        "features.10.weight",
        "classifier.weight",
        "module.head.weight",
    ];

    [Theory]
    [InlineData("feature.0.weight", "features.0.weight")]
    [InlineData("features.0.wieght", "features.0.weight")]
    [InlineData("FEATURES.0.BIAS", "features.0.bias")]
    [InlineData("module.classifier.weight", "classifier.weight")]
    [InlineData("head.weight", "module.head.weight")]
    public void The_nearest_name_comes_first(string wanted, string expected) =>
        Assert.Equal(expected, NameSuggestions.For(wanted, Names)[0]);

    [Fact]
    public void Names_that_are_far_off_are_not_suggested()
    {
        Assert.Empty(NameSuggestions.For("optimizer", Names));
        Assert.Empty(NameSuggestions.For("x", []));
        Assert.InRange(NameSuggestions.For("features.0.weights", Names).Count, 1, 3);
        Assert.Single(NameSuggestions.For(new string('a', 5_000), [new string('a', 5_000) + "b"]));
    }
}
