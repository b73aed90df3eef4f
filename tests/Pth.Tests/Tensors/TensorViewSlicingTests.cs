using System.Text.Json;

namespace Pth.Tests.Tensors;

public class TensorViewSlicingTests
{
    private static TensorView Numbers(params long[] shape)
    {
        long count = shape.Aggregate(1L, (product, size) => product * size);
        return TensorView.FromArray([.. Enumerable.Range(0, (int)count)], shape);
    }

    [Fact]
    public void Slices_are_read_as_PyTorch_reads_them()
    {
        JsonElement slices = TensorGolden.Root.GetProperty("slices");
        TensorView view = slices.View(DType.Int64, new byte[8 * slices.Long("count")]);
        int seen = 0;
        foreach (JsonElement sample in slices.GetProperty("cases").EnumerateArray())
        {
            string text = sample.Text("text");
            if (sample.TryGetProperty("error", out _))
            {
                Exception? error = Record.Exception(() => view.Slice(text));
                Assert.True(error is FormatException or ArgumentException, text);
                continue;
            }
            foreach (string form in new[] { text, $"[{text}]", $" [ {text} ] " })
            {
                TensorView part = view.Slice(form);
                Assert.Equal(sample.Longs("shape"), part.Shape);
                Assert.Equal(sample.Longs("stride"), part.Strides);
                Assert.Equal(sample.Long("offset"), part.Offset);
            }
            seen++;
        }
        Assert.True(seen > 30);
    }

    [Theory]
    [InlineData("1, x", "found 'x' at character 4")]
    [InlineData("[1", "found the end at character 3")]
    [InlineData("1]", "found ']' at character 2")]
    [InlineData("[1] 2", "found '2' at character 5")]
    [InlineData("..", "found the end at character 3")]
    [InlineData("::0", "a step of 1 or more")]
    [InlineData("-", "expected a digit")]
    [InlineData("", "found the end at character 1")]
    [InlineData("..., ...", "a second '...'")]
    public void Text_that_is_no_slice_is_refused_with_its_place(string text, string problem)
    {
        var error = Assert.Throws<FormatException>(() => Numbers(3, 3).Slice(text));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shapes_are_viewed_where_PyTorch_views_them()
    {
        int views = 0;
        foreach (JsonElement sample in TensorGolden.Cases("reshapes"))
        {
            TensorView view = sample.View(DType.Int64, new byte[8 * 24]);
            long[] want = sample.Longs("want");
            string what = $"{sample.Text("name")} as [{string.Join(", ", want)}]";
            if (!sample.TryGetProperty("error", out JsonElement error))
            {
                TensorView shown = view.Reshape(want);
                Assert.True(shown.Shape.AsSpan().SequenceEqual(sample.Longs("to")), what);
                Assert.True(shown.Strides.AsSpan().SequenceEqual(sample.Longs("to_stride")), what);
                Assert.Equal(view.Offset, shown.Offset);
                views++;
            }
            else if (error.GetString() == "not viewable")
            {
                Assert.Throws<InvalidOperationException>(() => view.Reshape(want));
            }
            else
            {
                Assert.Throws<ArgumentException>(() => view.Reshape(want));
            }
        }
        Assert.Equal(35, views);
    }

    [Fact]
    public void Views_share_the_storage_and_keep_the_flags()
    {
        TensorView numbers = Numbers(2, 3, 4);
        var flagged = new TensorView(numbers.Storage, DType.Int32, numbers.Shape, numbers.Strides)
        {
            RequiresGrad = true,
            IsParameter = true,
            IsNegated = true,
            IsConjugated = true,
        };
        TensorView[] views =
        [
            flagged.Select(-1, 2),
            flagged.Narrow(1, 1, 2),
            flagged.Slice(0, 1, 2),
            flagged.Transpose(0, -1),
            flagged.Permute(2, 0, 1),
            flagged.Reshape(6, -1),
            flagged.Slice("0, ..., 1"),
        ];
        Assert.All(views, view => Assert.Same(numbers.Storage, view.Storage));
        Assert.All(
            views,
            view => Assert.True(view.RequiresGrad && view.IsParameter && view.IsNegated && view.IsConjugated)
        );
        Assert.Equal([-2, -6, -10, -14, -18, -22], views[0].ToArray<int>());
    }

    [Fact]
    public void Transposes_and_permutes_reorder_sizes_and_strides()
    {
        TensorView numbers = Numbers(2, 3, 4);
        Assert.Equal([4, 3, 2], numbers.Transpose(0, 2).Shape);
        Assert.Equal([1, 4, 12], numbers.Transpose(0, -1).Strides);
        Assert.Equal([4, 2, 3], numbers.Permute(2, 0, -2).Shape);
        Assert.Throws<ArgumentException>(() => numbers.Permute(0, 1));
        Assert.Throws<ArgumentException>(() => numbers.Permute(0, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => numbers.Transpose(0, 3));
    }

    [Fact]
    public void What_does_not_exist_is_refused()
    {
        TensorView numbers = Numbers(2, 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => numbers.Select(2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => numbers.Select(-3, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => numbers.Select(0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => numbers.Select(0, -3));
        Assert.Throws<ArgumentOutOfRangeException>(() => numbers.Narrow(1, 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => numbers.Narrow(1, -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => numbers.Slice(0, 0, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TensorView.Scalar(1).Select(0, 0));
        Assert.Throws<ArgumentException>(() => TensorView.Scalar(1).Slice("0"));
        Assert.Equal(1, TensorView.Scalar(1).Slice("...").ElementCount);
    }

    [Fact]
    public void Contiguous_copies_only_what_is_not()
    {
        TensorView numbers = Numbers(300, 500);
        Assert.Same(numbers, numbers.Contiguous());
        TensorView copy = numbers.Transpose(0, 1).Contiguous();
        Assert.NotSame(numbers.Storage, copy.Storage);
        Assert.True(copy.IsContiguous);
        Assert.Equal(numbers.ByteCount, copy.Storage.ByteCount);
        Assert.Equal(numbers.Transpose(0, 1).ToArray<int>(), copy.ToArray<int>());

        var negated = new TensorView(numbers.Storage, DType.Int32, [2], [1], 5)
        {
            IsNegated = true,
            RequiresGrad = true,
        };
        Assert.Equal([-5, -6], negated.Contiguous().ToArray<int>());
        Assert.False(negated.Contiguous().IsNegated);
        Assert.True(negated.Contiguous().RequiresGrad);
    }

    [Fact]
    public void Channels_follow_their_dimension()
    {
        TensorView plain = TensorView.FromArray(
            new sbyte[,]
            {
                { 1, 2, 3 },
                { 4, 5, 6 },
            }
        );
        var channels = new Quantization.PerChannel(
            TensorView.FromArray(new[] { 1.0, 0.5, 0.25 }),
            TensorView.FromArray(new[] { 0L, 1, 2 }),
            1
        );
        var view = new TensorView(plain.Storage, DType.QInt8, [2, 3], [3, 1]) { Quantization = channels };
        Assert.Equal([1, 0.5, 0.25, 4, 2, 1], view.ReadAs<double>());
        Assert.Equal([1, 4, 0.5, 2, 0.25, 1], view.Transpose(0, 1).ReadAs<double>());
        Assert.Equal([4, 2, 1], view.Select(0, 1).ReadAs<double>());
        Assert.Equal([0.25, 1], view.Select(1, 2).ReadAs<double>());
        Assert.Equal([1, 0.25, 4, 1], view.Slice(":, ::2").ReadAs<double>());
        Assert.Equal([2, 1], view.Slice("1, 1:").ReadAs<double>());
        Assert.Throws<InvalidOperationException>(() => view.Reshape(6));
    }
}
