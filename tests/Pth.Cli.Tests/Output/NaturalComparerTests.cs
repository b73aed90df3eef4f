using CsCheck;
using Pth.Cli.Output;

namespace Pth.Cli.Tests.Output;

public sealed class NaturalComparerTests
{
    [Theory]
    [InlineData("layer2.weight", "layer10.weight")]
    [InlineData("layer2", "layer2.bias")]
    [InlineData("a.9.b.10", "a.10.b.9")]
    [InlineData("a01", "a1")]
    [InlineData("a1", "a01b")]
    [InlineData("x99999999999999999999", "x100000000000000000000")]
    [InlineData("a", "b")]
    public void Layers_are_in_the_order_in_which_people_count(string first, string second)
    {
        Assert.True(NaturalComparer.Instance.Compare(first, second) < 0);
        Assert.True(NaturalComparer.Instance.Compare(second, first) > 0);
    }

    [Fact]
    public void It_is_an_order()
    {
        Gen<string> name = Gen.String[Gen.Char["ab.019"], 0, 6];
        Gen.Select(name, name, name)
            .Sample(
                (x, y, z) =>
                {
                    NaturalComparer order = NaturalComparer.Instance;
                    Assert.Equal(Math.Sign(order.Compare(x, y)), -Math.Sign(order.Compare(y, x)));
                    Assert.Equal(x == y, order.Compare(x, y) == 0);
                    if (order.Compare(x, y) <= 0 && order.Compare(y, z) <= 0)
                    {
                        Assert.True(order.Compare(x, z) <= 0);
                    }
                }
            );
    }
}
