using System.Buffers.Binary;
using Pth.Bytes;

namespace Pth.Tests.Bytes;

public class ByteSwapSourceTests
{
    [Theory]
    [InlineData(2, "0102030405060708", "0201040306050807")]
    [InlineData(4, "0102030405060708", "0403020108070605")]
    [InlineData(8, "0102030405060708", "0807060504030201")]
    public void Numbers_are_turned_one_by_one(int swapSize, string from, string to)
    {
        using ByteSource swapped = ByteSwapSource.Create(new MemorySource(Convert.FromHexString(from)), swapSize);
        Assert.Equal(8, swapped.Length);
        Assert.Equal(to, Convert.ToHexString(swapped.GetSpan(0, 8)));
        Assert.Equal(to[4..8], Convert.ToHexString(swapped.GetSpan(2, 2)));
    }

    [Fact]
    public void Single_bytes_stay_as_they_are()
    {
        var source = new MemorySource(new byte[] { 1, 2, 3 });
        Assert.Same(source, ByteSwapSource.Create(source, 1));
    }

    [Fact]
    public void Many_numbers_are_turned_part_by_part()
    {
        var bytes = new byte[(1 << 20) * 3 + 12];
        for (int i = 0; i < bytes.Length / 4; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(i * 4), i);
        }
        using ByteSource swapped = ByteSwapSource.Create(new MemorySource(bytes), 4);
        for (int i = 0; i < bytes.Length / 4; i++)
        {
            Assert.Equal(i, BinaryPrimitives.ReadInt32LittleEndian(swapped.GetSpan(i * 4, 4)));
        }
    }

    [Fact]
    public void Half_a_number_is_refused()
    {
        Assert.Throws<ArgumentException>(() => ByteSwapSource.Create(new MemorySource(new byte[6]), 4));
        Assert.Throws<ArgumentException>(() => ByteSwapSource.Create(new MemorySource(new byte[6]), 3));
    }
}
