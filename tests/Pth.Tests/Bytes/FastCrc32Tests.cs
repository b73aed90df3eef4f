using System.IO.Hashing;
using Pth.Bytes;

namespace Pth.Tests.Bytes;

public class FastCrc32Tests
{
    [Fact]
    public void The_check_value_of_the_specification_comes_out() =>
        Assert.Equal(0xCBF43926, FastCrc32.Hash("123456789"u8));

    [Fact]
    public void Every_length_and_alignment_gives_what_NET_gives()
    {
        byte[] bytes = new byte[5_000];
        new Random(11).NextBytes(bytes);
        for (int length = 0; length < 1_400; length++)
        {
            ReadOnlySpan<byte> run = bytes.AsSpan(length % 67, length);
            Assert.Equal(Crc32.HashToUInt32(run), FastCrc32.Hash(run));
        }
        Assert.Equal(Crc32.HashToUInt32(bytes), FastCrc32.Hash(bytes));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2_000)]
    [InlineData(4_999)]
    public void Bytes_may_come_in_parts(int cut)
    {
        byte[] bytes = new byte[5_000];
        new Random(12).NextBytes(bytes);
        uint crc = FastCrc32.Append(FastCrc32.Append(0, bytes.AsSpan(..cut)), bytes.AsSpan(cut..));
        Assert.Equal(Crc32.HashToUInt32(bytes), crc);
    }
}
