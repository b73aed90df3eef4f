namespace Pth.Tests.Tensors;

public class DTypesTests
{
    [Theory]
    [InlineData(DType.Float32, "float32", 4)]
    [InlineData(DType.Complex128, "complex128", 16)]
    [InlineData(DType.BComplex32, "bcomplex32", 4)]
    public void Facts_follow_the_order_of_the_enumeration(DType dtype, string name, int itemSize)
    {
        Assert.Equal(name, dtype.TorchName);
        Assert.Equal(itemSize, dtype.ItemSize);
        Assert.True(DTypes.TryParse(name, out DType? parsed));
        Assert.Equal(dtype, parsed);
    }
}
