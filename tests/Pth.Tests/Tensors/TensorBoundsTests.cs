using Pth.Tensors;

namespace Pth.Tests.Tensors;

public class TensorBoundsTests
{
    private const long Huge = 1L << 62;

    // The answers are those of torch._utils._rebuild_tensor on a storage of 4 float32, PyTorch 2.6.0 and 2.14.1, except where said.
    public static TheoryData<long[], long[], long, bool> Views() =>
        new()
        {
            { [], [], 0, true },
            { [], [], 3, true },
            { [3], [1], 1, true },
            { [2, 2], [2, 1], 0, true },
            { [1], [Huge], 0, true },
            { [Huge, 4, 0], [1, 1, 1], 0, false },
            { [0, Huge, 4], [1, 1, 1], 0, true },
            { [0, long.MaxValue], [1, 1], 0, true },
            { [0, 4], [Huge, Huge], 0, true },
            { [0, 4], [4, 1], 100, true },
            { [0], [1], long.MaxValue, true },
            { [2], [1], -1, false },
            { [-1], [1], 0, false },
            { [2], [-1], 0, false },
            { [1L << 31, 1L << 31, 4], [0, 0, 0], 0, false },
            { [1L << 32, 1L << 32], [0, 0], 0, false },
            { [3], [Huge], 0, false },
            { [5], [Huge], 0, false },
            { [(1L << 33) + 1], [1L << 31], 0, false },
            // PyTorch grows the storage for these; a file has no more bytes than it has.
            { [3], [1], 2, false },
            { [], [], 4, false },
            { [2, 2], [2, 1], 1, false },
            { [1], [1], Huge, false },
            { [1], [1], long.MaxValue, false },
            // PyTorch counts so many elements, and their bytes not at all.
            { [Huge], [0], 0, false },
            { [Huge / 2 - 1], [0], 0, true },
            // PyTorch corrects a stride that does not matter; nothing writes one.
            { [1], [-1], 0, false },
            { [0], [-1], 0, false },
            { [3], [], 0, false },
        };

    [Theory]
    [MemberData(nameof(Views))]
    public void A_view_is_good_where_all_it_shows_lies_in_the_storage(
        long[] shape,
        long[] strides,
        long offset,
        bool isGood
    )
    {
        bool found = TensorBounds.FindFault(16, DType.Float32, shape, strides, offset) is null;
        Assert.Equal(isGood, found);
        if (isGood)
        {
            Assert.Equal(shape.Contains(0) ? 0 : Product(shape), TensorBounds.CountElements(shape));
        }
    }

    private static long Product(long[] shape) => shape.Aggregate(1L, (product, size) => product * size);

    [Fact]
    public void No_sum_of_extents_wraps_around()
    {
        // 2^62 * 4 is 0 in 64 bits, and 2^63 + 2^63 too.
        long[] strides = [Huge, Huge, Huge, Huge];
        Assert.NotNull(TensorBounds.FindFault(16, DType.Float32, [2, 2, 2, 2], strides, 0));
        Assert.NotNull(TensorBounds.FindFault(long.MaxValue, DType.Complex128, [2], [long.MaxValue], long.MaxValue));
        Assert.NotNull(TensorBounds.FindFault(long.MaxValue, DType.Float32, [Huge], [4], 0));
        Assert.Null(TensorBounds.FindFault(long.MaxValue, DType.UInt8, [long.MaxValue], [1], 0));
        Assert.NotNull(TensorBounds.FindFault(long.MaxValue, DType.UInt8, [long.MaxValue], [1], 1));
    }

    [Theory]
    [InlineData(DType.QUInt4x2, 8, 15, true)]
    [InlineData(DType.QUInt4x2, 8, 16, true)]
    [InlineData(DType.QUInt4x2, 8, 17, false)]
    [InlineData(DType.QUInt2x4, 4, 16, true)]
    [InlineData(DType.QUInt2x4, 4, 17, false)]
    [InlineData(DType.Float4E2M1FnX2, 4, 4, true)]
    [InlineData(DType.Float4E2M1FnX2, 4, 5, false)]
    public void Several_elements_of_a_byte_are_counted_so(DType dtype, long bytes, long elements, bool isGood) =>
        Assert.Equal(isGood, TensorBounds.FindFault(bytes, dtype, [elements], [1], 0) is null);

    [Fact]
    public void Contiguous_strides_of_an_empty_tensor_may_be_too_large_to_mean_anything()
    {
        Assert.Equal([12, 4, 1], TensorBounds.ContiguousStrides([2, 3, 4]));
        Assert.Equal([3, 3, 1], TensorBounds.ContiguousStrides([2, 0, 3]));
        Assert.Equal([long.MaxValue, 8, 1], TensorBounds.ContiguousStrides([0, Huge, 8]));
        Assert.True(TensorBounds.IsContiguous([0, Huge, 8], [7, 7, 7]));
        Assert.True(TensorBounds.IsContiguous([1, 3, 1], [99, 1, 99]));
        Assert.False(TensorBounds.IsContiguous([3, 2], [1, 3]));
    }
}
