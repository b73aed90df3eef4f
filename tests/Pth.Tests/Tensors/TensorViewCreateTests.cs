using System.Numerics;

namespace Pth.Tests.Tensors;

public class TensorViewCreateTests
{
    public static TheoryData<Array, DType, string> Arrays() =>
        new()
        {
            { new byte[] { 1, 255 }, DType.UInt8, "01FF" },
            { new sbyte[] { 1, -1 }, DType.Int8, "01FF" },
            { new short[] { 1, -2 }, DType.Int16, "0100FEFF" },
            { new[] { 1, -2 }, DType.Int32, "01000000FEFFFFFF" },
            { new[] { 1L, -2 }, DType.Int64, "0100000000000000FEFFFFFFFFFFFFFF" },
            { new ushort[] { 1, 65534 }, DType.UInt16, "0100FEFF" },
            { new uint[] { 1, 2 }, DType.UInt32, "0100000002000000" },
            { new ulong[] { 1, 2 }, DType.UInt64, "01000000000000000200000000000000" },
            { new[] { (Half)1, (Half)(-2) }, DType.Float16, "003C00C0" },
            { new[] { (BFloat16)1, (BFloat16)(-2) }, DType.BFloat16, "803F00C0" },
            { new[] { 1f, -2 }, DType.Float32, "0000803F000000C0" },
            { new[] { 1d, -2 }, DType.Float64, "000000000000F03F00000000000000C0" },
            { new[] { true, false }, DType.Bool, "0100" },
            { new[] { new Complex(1, -2) }, DType.Complex128, "000000000000F03F00000000000000C0" },
        };

    [Theory]
    [MemberData(nameof(Arrays))]
    public void Arrays_give_the_type_and_bytes_of_PyTorch(Array array, DType dtype, string bytes)
    {
        TensorView tensor = TensorView.FromArray(array);
        var copy = new byte[tensor.ByteCount];
        tensor.CopyTo(copy.AsSpan());
        Assert.Equal(dtype, tensor.DType);
        Assert.Equal([array.Length], tensor.Shape);
        Assert.Equal(bytes, Convert.ToHexString(copy));
        Assert.Equal(dtype, tensor.Storage.DType);
    }

    [Fact]
    public void Arrays_of_any_rank_keep_their_sizes_and_order()
    {
        var numbers = new float[2, 3, 4];
        numbers[1, 2, 3] = 9;
        numbers[0, 1, 0] = 5;
        TensorView tensor = TensorView.FromArray(numbers);
        Assert.Equal([2, 3, 4], tensor.Shape);
        Assert.Equal([12, 4, 1], tensor.Strides);
        float[] flat = tensor.ToArray<float>();
        Assert.Equal(9, flat[23]);
        Assert.Equal(5, flat[4]);
        Assert.Equal([0, 3], TensorView.FromArray(new double[0, 3]).Shape);
    }

    [Fact]
    public void FromArray_copies_and_FromMemory_does_not()
    {
        float[] numbers = [1, 2, 3, 4];
        TensorView copied = TensorView.FromArray(numbers, [2, 2]);
        TensorView copiedToo = TensorView.FromArray(numbers);
        TensorView shared = TensorView.FromMemory<float>(numbers, [4]);
        numbers[0] = 7;
        Assert.Equal(1, copied.ToArray<float>()[0]);
        Assert.Equal(1, copiedToo.ToArray<float>()[0]);
        Assert.Equal(7, shared.ToArray<float>()[0]);
    }

    [Fact]
    public void A_scalar_has_no_dimensions()
    {
        TensorView scalar = TensorView.Scalar(42L);
        Assert.Empty(scalar.Shape);
        Assert.Equal(1, scalar.ElementCount);
        Assert.Equal([42], scalar.ToArray<long>());
    }

    [Fact]
    public void Bytes_of_any_type_are_taken_as_they_are()
    {
        TensorView tensor = TensorView.FromBytes(DType.Complex64, new byte[48], [2, 3]);
        Assert.Equal(DType.Complex64, tensor.DType);
        Assert.Equal(48, tensor.ByteCount);
        Assert.Equal(3, TensorView.FromBytes(DType.QUInt4x2, new byte[3], [5]).ByteCount);
    }

    [Fact]
    public void Zeros_are_zeros()
    {
        TensorView zeros = TensorView.Zeros(DType.Float16, [2, 3]);
        Assert.Equal(new Half[6], zeros.ToArray<Half>());
        Assert.Equal([3, 1], zeros.Strides);
        Assert.Equal(0, TensorView.Zeros(DType.Float64, [0, 1L << 62, 8]).ElementCount);
    }

    [Fact]
    public void A_shape_that_does_not_fit_is_refused()
    {
        Assert.Throws<ArgumentException>(() => TensorView.FromArray(new float[6], [2, 2]));
        Assert.Throws<ArgumentException>(() => TensorView.FromArray(new float[6], [-2, -3]));
        Assert.Throws<ArgumentException>(() => TensorView.FromArray(new float[6], []));
        Assert.Throws<ArgumentException>(() => TensorView.Zeros(DType.Float32, [1L << 40, 1L << 40]));
        Assert.Throws<ArgumentException>(() => TensorView.FromBytes(DType.Float32, new byte[5], [1]));
    }

    [Fact]
    public void An_element_type_that_PyTorch_lacks_is_refused()
    {
        Assert.Throws<ArgumentException>(() => TensorView.FromArray(new[] { 'a' }));
        Assert.Throws<ArgumentException>(() => TensorView.FromArray(new[] { "a" }));
        Assert.Throws<ArgumentException>(() => TensorView.FromArray(new[] { new float[1] }));
        Assert.Throws<ArgumentException>(() => TensorView.FromArray(new[] { 1m }, [1]));
        Assert.Throws<ArgumentException>(() => TensorView.Scalar(DateTime.UnixEpoch));
    }
}
