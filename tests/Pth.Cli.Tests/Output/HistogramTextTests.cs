using Pth.Cli.Output;

namespace Pth.Cli.Tests.Output;

public sealed class HistogramTextTests
{
    [Theory]
    [InlineData(0, 8, "  ")]
    [InlineData(8, 8, "██")]
    [InlineData(4, 8, "█ ")]
    [InlineData(1, 8, "▎ ")]
    [InlineData(1, 1_000_000, "▏ ")]
    public void A_bar_is_as_long_as_its_share(long count, long highest, string bar) =>
        Assert.Equal(bar, HistogramText.Bar(count, highest, width: 2));
}
