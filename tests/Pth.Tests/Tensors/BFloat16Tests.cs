namespace Pth.Tests.Tensors;

public class BFloat16Tests
{
    // Bits of torch.tensor([x], dtype=float32).to(torch.bfloat16), PyTorch 2.14.1.
    [Theory]
    [InlineData(0x3F800000u, 0x3F80)]
    [InlineData(0x3F808000u, 0x3F80)]
    [InlineData(0x3F818000u, 0x3F82)]
    [InlineData(0x3F808001u, 0x3F81)]
    [InlineData(0x7F7FFFFFu, 0x7F80)]
    [InlineData(0x80000001u, 0x8000)]
    [InlineData(0x00008001u, 0x0001)]
    [InlineData(0xFF800000u, 0xFF80)]
    public void Rounds_to_the_nearest_even(uint single, int bits)
    {
        Assert.Equal(bits, ((BFloat16)BitConverter.UInt32BitsToSingle(single)).Bits);
    }

    [Fact]
    public void Not_a_number_stays_so()
    {
        Assert.True(float.IsNaN((BFloat16)float.NaN));
        Assert.True(float.IsNaN((BFloat16)BitConverter.UInt32BitsToSingle(0x7F800001)));
    }

    [Fact]
    public void Every_one_comes_back_from_a_float()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            var value = new BFloat16((ushort)bits);
            Assert.True(float.IsNaN(value) || ((BFloat16)value.ToSingle()) == value);
        }
    }
}
