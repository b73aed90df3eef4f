using System.Text;
using System.Text.Json;
using Pth.Tests.Tensors;

namespace Pth.Tests.Formats.Numpy;

public class NpyWriterTests
{
    private static byte[] Write(TensorView tensor, out string? notice)
    {
        using var stream = new MemoryStream();
        notice = NpyWriter.Write(stream, tensor, cancellationToken: TestContext.Current.CancellationToken);
        return stream.ToArray();
    }

    [Fact]
    public void Files_are_byte_for_byte_those_that_NumPy_writes()
    {
        int seen = 0;
        foreach (JsonElement sample in TensorGolden.Cases("numpy_files"))
        {
            TensorView tensor = TensorView.FromBytes(sample.DType(), sample.Bytes("bytes"), sample.Longs("shape"));
            byte[] file = Write(tensor, out string? notice);
            Assert.Equal(Encoding.Latin1.GetString(sample.Bytes("file")), Encoding.Latin1.GetString(file));
            Assert.Null(notice);
            seen++;
        }
        Assert.Equal(16, seen);
    }

    [Fact]
    public void A_transposed_tensor_is_written_in_row_major_order()
    {
        TensorView square = TensorView.FromArray(
            new byte[,]
            {
                { 1, 2 },
                { 3, 4 },
            }
        );
        var turned = new TensorView(square.Storage, DType.UInt8, [2, 2], [1, 2]);
        Assert.Equal([1, 3, 2, 4], Write(turned, out _)[^4..]);
    }

    [Theory]
    [InlineData(DType.BFloat16, "<u2")]
    [InlineData(DType.Float8E4M3Fn, "|u1")]
    [InlineData(DType.Complex32, "<u4")]
    [InlineData(DType.BComplex32, "<u4")]
    [InlineData(DType.Float4E2M1FnX2, "|u1")]
    [InlineData(DType.Bits16, "<u2")]
    [InlineData(DType.QInt8, "|i1")]
    [InlineData(DType.QInt32, "<i4")]
    [InlineData(DType.QUInt8, "|u1")]
    public void Types_that_NumPy_lacks_keep_their_bits_and_are_told_of(DType dtype, string descr)
    {
        byte[] bytes = [.. Enumerable.Range(1, 2 * dtype.ItemSize).Select(i => (byte)i)];
        byte[] file = Write(TensorView.FromBytes(dtype, bytes, [2]), out string? notice);
        Assert.Contains($"'descr': '{descr}'", Encoding.Latin1.GetString(file), StringComparison.Ordinal);
        Assert.Equal(bytes, file[^bytes.Length..]);
        Assert.Contains(dtype.TorchName, notice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shape_too_long_for_the_first_version_takes_the_second()
    {
        long[] shape = [.. Enumerable.Repeat(1L, 30_000)];
        byte[] file = Write(TensorView.FromArray(new byte[] { 7 }, shape), out _);
        Assert.Equal(2, file[6]);
        int length = BitConverter.ToInt32(file, 8);
        Assert.Equal(0, (12 + length) % 64);
        Assert.Equal(12 + length + 1, file.Length);
        Assert.Equal((byte)'\n', file[11 + length]);
    }

    [Fact]
    public void A_tensor_that_cannot_be_written_leaves_nothing()
    {
        using var stream = new MemoryStream();
        var packed = new TensorView(
            TensorView.FromBytes(DType.UInt8, new byte[1], [1]).Storage,
            DType.QUInt4x2,
            [2],
            [1]
        );
        var meta = new TensorView(Storage.Meta(4, DType.Float32), DType.Float32, [1], [1]);
        foreach (TensorView tensor in new[] { packed, meta })
        {
            Assert.Throws<InvalidOperationException>(() =>
                NpyWriter.Write(stream, tensor, cancellationToken: TestContext.Current.CancellationToken)
            );
        }
        Assert.Equal(0, stream.Length);
    }
}
