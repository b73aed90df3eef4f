using System.Text.Json;

namespace Pth.Tests.Tensors;

public class TensorStatisticsTests
{
    [Fact]
    public void Statistics_are_those_of_PyTorch()
    {
        int seen = 0;
        foreach (JsonElement sample in TensorGolden.Cases("statistics"))
        {
            TensorView view = TensorView.FromBytes(sample.DType(), sample.Bytes("bytes"), sample.Longs("shape"));
            TensorStatistics found = view.ComputeStatistics(
                (int)sample.Long("bins"),
                cancellationToken: TestContext.Current.CancellationToken
            );
            Assert.Equal(sample.Long("count"), found.Count);
            Assert.Equal(sample.Long("zeros"), found.Zeros);
            Assert.Equal(sample.Long("nan"), found.NaNs);
            Assert.Equal(sample.Long("positive"), found.PositiveInfinities);
            Assert.Equal(sample.Long("negative"), found.NegativeInfinities);
            Close(sample, "min", found.Min, 1e-15);
            Close(sample, "max", found.Max, 1e-15);
            Close(sample, "mean", found.Mean, 1e-12);
            Close(sample, "std", found.StandardDeviation, sample.Text("name") == "far from zero" ? 1e-9 : 1e-12);
            Close(sample, "norm", found.Norm, 1e-12);
            Assert.Equal(
                sample.TryGetProperty("histogram", out _) ? sample.Longs("histogram") : null,
                found.Histogram?.Counts.ToArray()
            );
            seen++;
        }
        Assert.Equal(15, seen);
    }

    private static void Close(JsonElement sample, string name, double? found, double tolerance)
    {
        if (!sample.TryGetProperty(name, out _))
        {
            Assert.True(found is null, $"{sample.Text("name")}: {name} {found}");
            return;
        }
        double expected = sample.Double(name);
        Assert.True(
            found == expected || Math.Abs(found!.Value - expected) <= tolerance * Math.Max(Math.Abs(expected), 1e-3),
            $"{sample.Text("name")}: {name} {found:R}, PyTorch {expected:R}"
        );
    }

    [Fact]
    public void Sums_keep_small_numbers_beside_large_ones()
    {
        var numbers = new double[100_000];
        Array.Fill(numbers, 1);
        numbers[0] = 1e16;
        numbers[^1] = -1e16;
        TensorStatistics found = TensorView
            .FromArray(numbers)
            .ComputeStatistics(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(99_998.0 / 100_000, found.Mean!.Value, 1e-4);
    }

    [Fact]
    public void Strides_and_flags_are_honoured()
    {
        TensorView numbers = TensorView.FromArray(
            new float[,]
            {
                { 1, 2 },
                { 3, 4 },
                { 5, 6 },
            }
        );
        var column = new TensorView(numbers.Storage, DType.Float32, [3], [2], 1) { IsNegated = true };
        TensorStatistics found = column.ComputeStatistics(2, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(-6, found.Min);
        Assert.Equal(-2, found.Max);
        Assert.Equal(-4, found.Mean);
        Assert.Equal(2, found.StandardDeviation);
        Assert.Equal([1, 2], found.Histogram!.Counts);
    }

    [Fact]
    public void The_histogram_can_take_the_widest_range_and_the_largest_equal_numbers()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        TensorView wide = TensorView.FromArray(new[] { -double.MaxValue, 0, double.MaxValue });
        Assert.Equal([1, 2], wide.ComputeStatistics(2, cancellationToken: token).Histogram!.Counts);
        TensorView equal = TensorView.FromArray(new[] { 1e300, 1e300 });
        Assert.Equal([0, 2, 0], equal.ComputeStatistics(3, cancellationToken: token).Histogram!.Counts);
    }

    [Fact]
    public void Types_with_two_numbers_in_an_element_may_have_any_length()
    {
        // 0x21 is 0.5 and 1.
        var bytes = new byte[20_000];
        Array.Fill(bytes, (byte)0x21);
        TensorStatistics found = TensorView
            .FromBytes(DType.Float4E2M1FnX2, bytes, [bytes.Length])
            .ComputeStatistics(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(40_000, found.Count);
        Assert.Equal(0.75, found.Mean);
    }

    [Fact]
    public void Progress_ends_with_all_bytes_and_cancellation_stops()
    {
        TensorView numbers = TensorView.FromArray(new float[50_000]);
        long last = 0;
        numbers.ComputeStatistics(0, new Reports(done => last = done), TestContext.Current.CancellationToken);
        Assert.Equal(200_000, last);
        using var cancellation = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
            numbers.ComputeStatistics(0, new Reports(_ => cancellation.Cancel()), cancellation.Token)
        );
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            numbers.ComputeStatistics(-1, cancellationToken: TestContext.Current.CancellationToken)
        );
    }

    private sealed class Reports(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
