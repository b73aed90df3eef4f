using System.Text.Json;

namespace Pth.Tests.Tensors;

public class TensorComparisonTests
{
    private static TensorComparison Compare(TensorView left, TensorView right, ComparisonOptions? options = null) =>
        TensorComparison.Compare(left, right, options, cancellationToken: TestContext.Current.CancellationToken);

    [Fact]
    public void Differences_are_those_that_PyTorch_finds()
    {
        int seen = 0;
        foreach (JsonElement sample in TensorGolden.Cases("comparisons"))
        {
            string name = sample.Text("name");
            TensorView[] sides =
            [
                .. sample
                    .GetProperty("dtypes")
                    .EnumerateArray()
                    .Zip(
                        sample.GetProperty("bytes").EnumerateArray(),
                        (dtype, bytes) =>
                            TensorView.FromBytes(
                                TensorGolden.ParseDType(dtype.GetString()!),
                                bytes.Bytes(),
                                sample.Longs("shape")
                            )
                    ),
            ];
            var options = new ComparisonOptions
            {
                Rtol = sample.GetProperty("rtol").GetDouble(),
                Atol = sample.GetProperty("atol").GetDouble(),
                EqualNaN = false,
            };
            TensorComparison strict = Compare(sides[0], sides[1], options);
            TensorComparison lenient = Compare(sides[0], sides[1], options with { EqualNaN = true });

            Assert.True(sample.GetProperty("close").GetBoolean() == strict.IsClose, name);
            Assert.True(sample.GetProperty("close_nan").GetBoolean() == lenient.IsClose, name);
            Assert.Equal(sample.Long("differing"), strict.DifferingCount);
            if (sample.TryGetProperty("max_abs", out _))
            {
                Assert.Equal(sample.Double("max_abs"), strict.MaxAbsoluteDifference, 1e-18);
                Assert.Equal(sample.Double("max_rel"), strict.MaxRelativeDifference, 1e-14);
                Assert.Equal(sample.Double("cosine"), strict.CosineSimilarity!.Value, 1e-13);
                if (strict.DifferingCount > 0)
                {
                    Assert.Equal(sample.Long("worst"), Flat(strict.WorstIndex!.Value, sample.Longs("shape")));
                }
            }
            seen++;
        }
        Assert.Equal(15, seen);
    }

    private static long Flat(IEnumerable<long> index, long[] shape) =>
        index.Zip(shape).Aggregate(0L, (flat, pair) => (flat * pair.Second) + pair.First);

    [Fact]
    public void Equal_bits_are_told_from_equal_numbers()
    {
        TensorView zero = TensorView.FromArray(new[] { 0.0f, 1 });
        TensorView minus = TensorView.FromArray(new[] { -0.0f, 1 });
        TensorComparison signs = Compare(zero, minus);
        Assert.False(signs.IsBitwiseEqual);
        Assert.Equal(0, signs.DifferingCount);
        Assert.Null(signs.WorstIndex);

        TensorComparison types = Compare(zero, TensorView.FromArray(new[] { 0.0, 1 }));
        Assert.False(types.IsBitwiseEqual);
        Assert.Equal(0, types.DifferingCount);

        TensorView nan = TensorView.FromArray(new[] { float.NaN });
        Assert.True(Compare(nan, TensorView.FromArray(new[] { float.NaN })).IsBitwiseEqual);
        Assert.Equal(0, Compare(nan, nan).DifferingCount);
        Assert.Equal(1, Compare(nan, nan).CosineSimilarity);
    }

    [Fact]
    public void Views_are_compared_by_what_they_show()
    {
        TensorView square = TensorView.FromArray(
            new[,]
            {
                { 1, 2 },
                { 3, 4 },
            }
        );
        var turned = new TensorView(square.Storage, DType.Int32, [2, 2], [1, 2]);
        TensorView same = TensorView.FromArray(
            new[,]
            {
                { 1, 3 },
                { 2, 4 },
            }
        );
        Assert.True(Compare(turned, same).IsBitwiseEqual);
        Assert.Equal(2, Compare(square, same).DifferingCount);
        Assert.Equal([0, 1], Compare(square, same).WorstIndex!.Value);
    }

    [Fact]
    public void Long_integers_are_compared_exactly()
    {
        TensorView left = TensorView.FromArray(new[] { long.MaxValue, 1 });
        TensorView right = TensorView.FromArray(new[] { long.MaxValue - 1, 1 });
        TensorComparison near = Compare(left, right);
        Assert.Equal(1, near.DifferingCount);
        Assert.Equal(1, near.MaxAbsoluteDifference);

        TensorView unsigned = TensorView.FromArray(new[] { (ulong)long.MaxValue, ulong.MaxValue });
        TensorView signed = TensorView.FromArray(new[] { long.MaxValue, -1L });
        TensorComparison mixed = Compare(unsigned, signed);
        Assert.Equal(1, mixed.DifferingCount);
        Assert.Equal(Math.Pow(2, 64), mixed.MaxAbsoluteDifference);
    }

    [Fact]
    public void What_cannot_be_subtracted_differs_without_bound()
    {
        TensorView left = TensorView.FromArray(new[] { 1f, 5 });
        TensorView right = TensorView.FromArray(new[] { float.NaN, 1 });
        TensorComparison found = Compare(left, right);
        Assert.Equal(double.PositiveInfinity, found.MaxAbsoluteDifference);
        Assert.Equal([0], found.WorstIndex!.Value);
        Assert.False(found.IsClose);
        Assert.Null(found.CosineSimilarity);
    }

    [Fact]
    public void A_real_number_is_a_complex_one_too()
    {
        TensorView real = TensorView.FromArray(new[] { 3.0, 0 });
        TensorView complex = TensorView.FromBytes(
            DType.Complex64,
            TensorBytes(TensorView.FromArray(new[] { 3f, 4, 0, 0 })),
            [2]
        );
        TensorComparison found = Compare(real, complex);
        Assert.Equal(4, found.MaxAbsoluteDifference);
        Assert.Equal(0.8, found.MaxRelativeDifference);
        Assert.Equal(1, found.DifferingCount);
    }

    [Fact]
    public void Many_elements_are_compared_part_by_part()
    {
        var numbers = new float[100_000];
        TensorView left = TensorView.FromArray(numbers);
        numbers[77_777] = 3;
        numbers[99_999] = -2;
        TensorComparison found = Compare(left, TensorView.FromArray(numbers));
        Assert.Equal(2, found.DifferingCount);
        Assert.Equal([77_777], found.WorstIndex!.Value);
        Assert.Null(found.CosineSimilarity);
    }

    [Fact]
    public void What_is_not_alike_is_refused()
    {
        TensorView two = TensorView.FromArray(new[] { 1, 2 });
        Assert.Throws<ArgumentException>(() => Compare(two, TensorView.FromArray(new[] { 1 })));
        TensorView packed = TensorView.FromBytes(DType.Float4E2M1FnX2, new byte[2], [2]);
        Assert.Throws<ArgumentException>(() => Compare(two, packed));
        Assert.True(Compare(packed, packed).IsBitwiseEqual);
    }

    private static byte[] TensorBytes(TensorView view)
    {
        var bytes = new byte[view.ByteCount];
        view.CopyTo(bytes.AsSpan());
        return bytes;
    }
}
