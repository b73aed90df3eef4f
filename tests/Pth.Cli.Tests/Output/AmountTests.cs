using Pth.Cli.Output;

namespace Pth.Cli.Tests.Output;

public sealed class AmountTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.00 kB (1000 B)")]
    [InlineData(6912, "6.91 kB (6.75 KiB)")]
    [InlineData(999_600, "1.00 MB (976 KiB)")]
    [InlineData(553_433_881, "553 MB (528 MiB)")]
    [InlineData(13_476_835_328, "13.5 GB (12.6 GiB)")]
    [InlineData(long.MaxValue, "9.22 EB (8.00 EiB)")]
    public void Bytes_are_shown_in_powers_of_1000_and_of_1024(long bytes, string shown) =>
        Assert.Equal(shown, Amount.BytesBoth(bytes));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(138_357_544, "138 M")]
    [InlineData(1_234, "1.23 k")]
    public void Counts_are_rounded_to_three_digits(long count, string shown) =>
        Assert.Equal(shown, Amount.Rounded(count));

    [Fact]
    public void One_thing_is_not_said_in_the_plural()
    {
        Assert.Equal("1 tensor", Amount.Of(1, "tensor"));
        Assert.Equal("1,234 tensors", Amount.Of(1234, "tensor"));
    }
}
