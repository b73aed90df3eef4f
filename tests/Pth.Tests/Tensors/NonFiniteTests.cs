using System.Collections.Immutable;
using System.Text.Json;
using CsCheck;

namespace Pth.Tests.Tensors;

public class NonFiniteTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly ImmutableArray<DType> Numbers =
    [
        .. Enum.GetValues<DType>().Where(dtype => dtype is not (DType.QUInt4x2 or DType.QUInt2x4)),
    ];

    [Fact]
    public void Counts_are_those_of_PyTorch()
    {
        int seen = 0;
        foreach (JsonElement sample in TensorGolden.Cases("statistics"))
        {
            TensorView view = TensorView.FromBytes(sample.DType(), sample.Bytes("bytes"), sample.Longs("shape"));
            NonFiniteCounts found = view.CountNonFinite(cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(
                new NonFiniteCounts(
                    sample.Long("count"),
                    sample.Long("nan"),
                    sample.Long("positive"),
                    sample.Long("negative")
                ),
                found
            );
            seen++;
        }
        Assert.Equal(TensorGolden.Cases("statistics").Count(), seen);
    }

    [Fact]
    public void Every_code_and_every_edge_counts_as_in_PyTorch()
    {
        int seen = 0;
        foreach (JsonElement sample in TensorGolden.Cases("non_finite"))
        {
            byte[] bytes = sample.TryGetProperty("bytes", out JsonElement hex)
                ? hex.Bytes()
                : EveryCode((int)sample.Long("count"));
            TensorView view = TensorView.FromBytes(sample.DType(), bytes, [sample.Long("count")]);
            Assert.Equal(
                new NonFiniteCounts(
                    sample.Long("count"),
                    sample.Long("nan"),
                    sample.Long("positive"),
                    sample.Long("negative")
                ),
                view.CountNonFinite(cancellationToken: TestContext.Current.CancellationToken)
            );
            seen++;
        }
        Assert.Equal(12, seen);
    }

    private static byte[] EveryCode(int count) =>
        count == 256
            ? [.. Enumerable.Range(0, 256).Select(code => (byte)code)]
            : [.. Enumerable.Range(0, count).SelectMany(code => new[] { (byte)code, (byte)(code >> 8) })];

    /// <summary>Random bits of every type: of the small ones every code, of the others exponents of ones far oftener than chance has them.</summary>
    [Fact]
    public void They_are_those_of_the_statistics_for_every_type_and_view() =>
        Gen.Select(Gen.Int[0, Numbers.Length - 1], Gen.Int[0, 700], Gen.Int[0, 3], Gen.Bool, Gen.ULong)
            .Sample(
                (type, rows, holes, isNegated, seed) =>
                {
                    DType dtype = Numbers[type];
                    Storage storage = Random(dtype, (rows + 1) * 12L, holes, seed);
                    TensorView[] views =
                    [
                        new(storage, dtype, [rows, 9], [12, 1], 2),
                        new(storage, dtype, [9, rows], [1, 12], 0),
                        new(storage, dtype, [rows * 12], [1], 5),
                        new(storage, dtype, [3, rows], [0, 1], 1),
                    ];
                    foreach (TensorView view in views)
                    {
                        // PyTorch conjugates complex numbers and negates those and real ones.
                        Same(
                            dtype.IsComplex || dtype.IsFloatingPoint && dtype.ItemSize > 1
                                ? new TensorView(view)
                                {
                                    IsNegated = isNegated,
                                    IsConjugated = dtype.IsComplex && isNegated,
                                }
                                : view
                        );
                    }
                },
                iter: 300
            );

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e39)]
    [InlineData(0.5)]
    public void Quantized_integers_count_by_what_they_stand_for(double scale)
    {
        var integers = new TensorView(Random(DType.QInt8, 900, 0, 7), DType.QInt8, [30, 30], [30, 1]);
        Same(new TensorView(integers) { Quantization = new Quantization.PerTensor(scale, 3) });
    }

    [Fact]
    public void What_is_found_in_one_of_many_tensors_is_found_in_no_other()
    {
        // Long enough for several threads to share it, and with one NaN on each side of where they part.
        var values = new float[3_000_001];
        values[0] = float.NaN;
        values[(1 << 18) - 1] = float.PositiveInfinity;
        values[1 << 18] = float.NegativeInfinity;
        values[^1] = float.NaN;
        TensorView shared = TensorView.FromArray(values);
        TensorView[] tensors =
        [
            TensorView.FromArray(new double[] { 1, double.NaN }),
            TensorView.FromArray(new float[0, 4]),
            shared,
            TensorView.FromArray(new[] { 1, 2, 3 }),
            new(shared.Storage, DType.Float32, [1_000_000], [3], 2),
        ];
        Assert.Equal(
            [new(2, 1, 0, 0), new(0, 0, 0, 0), new(3_000_001, 2, 1, 1), new(3, 0, 0, 0), Expected(tensors[4])],
            TensorView.CountNonFinite(tensors, cancellationToken: TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public void Progress_ends_with_all_bytes_and_cancellation_stops()
    {
        TensorView numbers = TensorView.FromArray(new float[50_000]);
        long last = 0;
        numbers.CountNonFinite(new Reports(done => last = done.BytesDone), TestContext.Current.CancellationToken);
        Assert.Equal(200_000, last);
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Assert.Throws<OperationCanceledException>(() => numbers.CountNonFinite(null, cancellation.Token));
    }

    private static void Same(TensorView view) =>
        Assert.Equal(Expected(view), view.CountNonFinite(cancellationToken: None));

    private static NonFiniteCounts Expected(TensorView view)
    {
        TensorStatistics statistics = view.ComputeStatistics(cancellationToken: None);
        return new(statistics.Count, statistics.NaNs, statistics.PositiveInfinities, statistics.NegativeInfinities);
    }

    private static Storage Random(DType dtype, long elements, int holes, ulong seed)
    {
        var random = new Random((int)(seed % int.MaxValue));
        var bytes = new byte[elements * dtype.ItemSize];
        random.NextBytes(bytes);
        // The upper bytes of a little-endian number have its exponent.
        for (int i = 0; i < bytes.Length / 40 * holes; i++)
        {
            int at = random.Next(bytes.Length / 2) * 2;
            bytes[at + 1] = (byte)(random.Next(2) == 0 ? 0x7F : 0xFF);
            bytes[at] = (byte)random.Next(4) switch
            {
                0 => 0xF0,
                1 => 0x80,
                2 => 0xEF,
                _ => bytes[at],
            };
            if (random.Next(2) == 0)
            {
                bytes.AsSpan(Math.Max(0, at - 6), Math.Min(6, at)).Clear();
            }
        }
        return TensorView.FromBytes(DType.UInt8, bytes, [bytes.Length]).Storage;
    }

    private sealed class Reports(Action<TransferProgress> report) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => report(value);
    }
}
