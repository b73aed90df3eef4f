using Pth.Cli.Output;

namespace Pth.Cli.Tests.Output;

public sealed class EscapeTests
{
    [Theory]
    [InlineData("features.0.weight", "features.0.weight")]
    [InlineData("größe.权重.😀", "größe.权重.😀")]
    [InlineData("a\x1b[31mb", @"a\x1b[31mb")]
    [InlineData("a\nb\tc\rd", @"a\nb\tc\rd")]
    [InlineData("\0\u007f\u009b", @"\x00\x7f\x9b")]
    [InlineData("a\u202etxt.exe", @"a\u202etxt.exe")]
    [InlineData("\u2066\u200f\u200b\ufeff\u061c", @"\u2066\u200f\u200b\ufeff\u061c")]
    [InlineData("\u2028\u2029", @"\u2028\u2029")]
    public void What_could_deceive_a_terminal_is_shown_as_its_code(string text, string shown) =>
        Assert.Equal(shown, Escape.Line(text));

    [Fact]
    public void Lone_surrogates_are_shown_as_their_code() =>
        Assert.Equal(@"a\ud800b\udc00", Escape.Line("a" + '\ud800' + "b" + '\udc00'));
}
