using System.Collections.Immutable;
using System.Numerics;
using System.Numerics.Tensors;

namespace Pth.Tensors;

/// <summary>Computes <see cref="TensorStatistics"/> in two passes: first the mean and the range, then what needs them.</summary>
internal sealed class StatisticsCollector
{
    private const int ChunkLength = 1 << 13;

    private readonly TensorView _tensor;
    private readonly ElementReader _reader;
    private readonly IProgress<long>? _progress;
    private readonly CancellationToken _cancellationToken;
    private readonly double[] _values;
    private readonly double[] _deviations;

    private long _zeros;
    private long _nans;
    private long _positiveInfinities;
    private long _negativeInfinities;
    private double _least = double.PositiveInfinity;
    private double _greatest = double.NegativeInfinity;
    private long _finite;
    private CompensatedSum _sum;

    public StatisticsCollector(TensorView tensor, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        _tensor = tensor;
        _reader = new ElementReader(tensor);
        _progress = progress;
        _cancellationToken = cancellationToken;
        _values = new double[ChunkLength * _reader.ValuesPerElement];
        _deviations = new double[_values.Length];
    }

    public TensorStatistics Collect(int bins)
    {
        ForEachChunk(0, CollectRange);
        double mean = _sum.Value / _finite;
        var squares = new CompensatedSum();
        var deviations = new CompensatedSum();
        var squaredDeviations = new CompensatedSum();
        // As torch.histc: equal elements get a range around them.
        (double start, double end) = _least == _greatest ? (_least - 1, _greatest + 1) : (_least, _greatest);
        var counts = new long[bins];
        if (_finite > 0)
        {
            ForEachChunk(
                1,
                values =>
                {
                    ReadOnlySpan<double> finite = KeepFinite(values);
                    squares.Add(TensorPrimitives.SumOfSquares(finite));
                    Span<double> distances = _deviations.AsSpan(0, finite.Length);
                    TensorPrimitives.Subtract(finite, mean, distances);
                    deviations.Add(TensorPrimitives.Sum<double>(distances));
                    squaredDeviations.Add(TensorPrimitives.SumOfSquares<double>(distances));
                    Count(finite, start, end, counts);
                }
            );
        }
        return new TensorStatistics
        {
            Count = _tensor.DType.IsComplex ? _tensor.ElementCount : _reader.ValueCount,
            Zeros = _zeros,
            NaNs = _nans,
            PositiveInfinities = _positiveInfinities,
            NegativeInfinities = _negativeInfinities,
            Min =
                _negativeInfinities > 0 ? double.NegativeInfinity
                : _finite > 0 ? _least
                : _positiveInfinities > 0 ? double.PositiveInfinity
                : null,
            Max =
                _positiveInfinities > 0 ? double.PositiveInfinity
                : _finite > 0 ? _greatest
                : _negativeInfinities > 0 ? double.NegativeInfinity
                : null,
            Mean = _finite > 0 ? mean : null,
            // The second term is what the rounding of the mean adds to the first.
            StandardDeviation =
                _finite > 1
                    ? Math.Sqrt(
                        Math.Max(0, squaredDeviations.Value - (deviations.Value * deviations.Value / _finite))
                            / (_finite - 1)
                    )
                    : null,
            Norm = _finite > 0 ? Math.Sqrt(squares.Value) : null,
            Histogram = _finite > 0 && bins > 0 ? new TensorHistogram(start, end, ImmutableArray.Create(counts)) : null,
        };
    }

    private delegate void Taker(Span<double> values);

    private void ForEachChunk(int pass, Taker take)
    {
        long total = _tensor.ElementCount;
        for (long first = 0; first < total; first += ChunkLength)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            int elements = (int)Math.Min(ChunkLength, total - first);
            Span<double> values = _values.AsSpan(0, elements * _reader.ValuesPerElement);
            _reader.Read(first, values);
            take(_tensor.DType.IsComplex ? Magnitudes(values) : values);
            // Two passes, of which each does half of the bytes.
            _progress?.Report(((pass * _tensor.ByteCount) + _tensor.DType.BytesOf(first + elements)) / 2);
        }
    }

    private static Span<double> Magnitudes(Span<double> pairs)
    {
        int count = pairs.Length / 2;
        for (int i = 0; i < count; i++)
        {
            pairs[i] = double.Hypot(pairs[2 * i], pairs[(2 * i) + 1]);
        }
        return pairs[..count];
    }

    private void CollectRange(Span<double> values)
    {
        _zeros += CountZeros(values);
        // A sum is finite only when every number is.
        double sum = TensorPrimitives.Sum<double>(values);
        if (!double.IsFinite(sum))
        {
            foreach (double value in values)
            {
                _nans += double.IsNaN(value) ? 1 : 0;
                _positiveInfinities += double.IsPositiveInfinity(value) ? 1 : 0;
                _negativeInfinities += double.IsNegativeInfinity(value) ? 1 : 0;
            }
            values = KeepFinite(values);
            sum = TensorPrimitives.Sum<double>(values);
        }
        if (values.IsEmpty)
        {
            return;
        }
        _finite += values.Length;
        _sum.Add(sum);
        _least = Math.Min(_least, TensorPrimitives.Min<double>(values));
        _greatest = Math.Max(_greatest, TensorPrimitives.Max<double>(values));
    }

    private Span<double> KeepFinite(Span<double> values)
    {
        if (_nans + _positiveInfinities + _negativeInfinities == 0)
        {
            return values;
        }
        int kept = 0;
        foreach (double value in values)
        {
            if (double.IsFinite(value))
            {
                values[kept++] = value;
            }
        }
        return values[..kept];
    }

    private static long CountZeros(ReadOnlySpan<double> values)
    {
        Vector<long> wide = Vector<long>.Zero;
        int i = 0;
        for (; i <= values.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            wide -= Vector.Equals(new Vector<double>(values[i..]), Vector<double>.Zero);
        }
        long zeros = Vector.Sum(wide);
        for (; i < values.Length; i++)
        {
            zeros += values[i] == 0 ? 1 : 0;
        }
        return zeros;
    }

    private static void Count(ReadOnlySpan<double> values, double start, double end, long[] counts)
    {
        if (counts.Length == 0)
        {
            return;
        }
        // Halves, as the range itself may be wider than float64; and where the product is too, the quotient comes first.
        double width = (end / 2) - (start / 2);
        if (width == 0)
        {
            // Equal numbers so large that one less is the same: the middle, where smaller ones fall.
            counts[counts.Length / 2] += values.Length;
            return;
        }
        bool isWide = !double.IsFinite(width * counts.Length);
        foreach (double value in values)
        {
            double distance = (value / 2) - (start / 2);
            int bin = (int)(isWide ? distance / width * counts.Length : distance * counts.Length / width);
            counts[Math.Min(bin, counts.Length - 1)]++;
        }
    }
}
