using System.Numerics.Tensors;
using CsCheck;

namespace Pth.Tests.Tensors;

public class TensorViewSpanTests
{
    [Fact]
    public void A_span_shows_any_view_as_a_plain_loop_does()
    {
        int shown = 0;
        StridedViews
            .Any.Where(view => view.ItemSize == 4)
            .Sample(
                view =>
                {
                    ReadOnlyTensorSpan<int> span;
                    try
                    {
                        span = view.View().AsTensorSpan<int>();
                    }
                    catch (InvalidOperationException refused)
                        when (refused.Message.Contains("overlapping", StringComparison.Ordinal))
                    {
                        return;
                    }
                    var flat = new int[view.Count];
                    span.FlattenTo(flat);
                    Assert.Equal(view.View().ToArray<int>(), flat);
                    Assert.Equal(
                        view.Shape.Length == 0 ? [1] : view.Shape.Select(size => (nint)size),
                        span.Lengths.ToArray()
                    );
                    Interlocked.Increment(ref shown);
                },
                iter: 1_000
            );
        Assert.True(shown > 300);
    }

    [Fact]
    public void An_expanded_dimension_has_stride_0()
    {
        TensorView row = TensorView.FromArray(new[] { 1f, 2, 3 });
        var expanded = new TensorView(row.Storage, DType.Float32, [4, 3], [0, 1]);
        ReadOnlyTensorSpan<float> span = expanded.AsTensorSpan<float>();
        Assert.Equal([0, 1], span.Strides.ToArray());
        Assert.Equal(3, span[3, 2]);
    }

    [Fact]
    public void Overlap_that_a_tensor_span_refuses_names_the_way_out()
    {
        TensorView row = TensorView.FromArray(new[] { 1f, 2, 3, 4 });
        var windows = new TensorView(row.Storage, DType.Float32, [3, 2], [1, 1]);
        var error = Assert.Throws<InvalidOperationException>(() => windows.AsTensorSpan<float>());
        Assert.Contains("ToArray", error.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 2, 3, 3, 4], windows.ToArray<float>());
    }

    [Fact]
    public void Sizes_beside_0_whose_product_no_tensor_span_can_hold_name_the_way_out()
    {
        TensorView row = TensorView.FromArray(new[] { 1f });
        var empty = new TensorView(row.Storage, DType.Float32, [0, 1L << 40, 1L << 40], [1, 1, 1]);
        var error = Assert.Throws<InvalidOperationException>(() => empty.AsTensorSpan<float>());
        Assert.Contains("ToArray", error.Message, StringComparison.Ordinal);
        Assert.Empty(empty.ToArray<float>());
    }

    [Fact]
    public void The_type_must_be_the_tensor_s_own()
    {
        TensorView view = TensorView.FromArray(new[] { 1, 2 });
        var error = Assert.Throws<InvalidOperationException>(() => view.AsTensorSpan<float>());
        Assert.Equal("found elements of Single, expected Int32 for a tensor of int32", error.Message);
        TensorView float8 = TensorView.FromBytes(DType.Float8E4M3Fn, new byte[2], [2]);
        Assert.Throws<InvalidOperationException>(() => float8.AsTensorSpan<byte>());
        TensorView quantized = TensorView.FromBytes(DType.QInt8, new byte[] { 255 }, [1]);
        Assert.Equal(-1, quantized.AsTensorSpan<sbyte>()[0]);
    }

    [Fact]
    public void Flags_are_not_lost_in_silence()
    {
        TensorView plain = TensorView.FromArray(new[] { 1f });
        TensorView negated = new(plain.Storage, DType.Float32, [1], [1]) { IsNegated = true };
        Assert.Throws<InvalidOperationException>(() => negated.AsTensorSpan<float>());
        Assert.Throws<InvalidOperationException>(() => negated.AsSpan<float>());
        Assert.Equal([-1], negated.ToArray<float>());
        // A conjugate of real numbers is the numbers.
        TensorView conjugated = new(plain.Storage, DType.Float32, [1], [1]) { IsConjugated = true };
        Assert.Equal(1, conjugated.AsTensorSpan<float>()[0]);
    }

    [Fact]
    public void A_contiguous_tensor_is_a_span_too()
    {
        TensorView view = TensorView.FromArray(
            new long[,]
            {
                { 1, 2 },
                { 3, 4 },
            }
        );
        Assert.Equal([1, 2, 3, 4], view.AsSpan<long>().ToArray());
        var second = new TensorView(view.Storage, DType.Int64, [2], [1], 2);
        Assert.Equal([3, 4], second.AsSpan<long>().ToArray());
        var column = new TensorView(view.Storage, DType.Int64, [2], [2], 1);
        Assert.Throws<InvalidOperationException>(() => column.AsSpan<long>());
        Assert.True(TensorView.Zeros(DType.Int64, [0, 3]).AsSpan<long>().IsEmpty);
    }
}
