using System.Collections.Immutable;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Pth.Tensors;

/// <summary>Computes a <see cref="TensorComparison"/>, part by part.</summary>
internal sealed class TensorComparer
{
    private const int ChunkLength = 1 << 14;

    private readonly TensorView _left;
    private readonly TensorView _right;
    private readonly ComparisonOptions _options;
    private readonly IProgress<long>? _progress;
    private readonly CancellationToken _cancellationToken;
    private readonly ElementReader _leftReader;
    private readonly ElementReader _rightReader;
    private readonly int _width;

    private CompensatedSum _dot;
    private CompensatedSum _leftSquares;
    private CompensatedSum _rightSquares;
    private long _differing;
    private bool _isClose = true;
    private double _maxAbsolute;
    private double _maxRelative;
    private long _worst = -1;

    public TensorComparer(
        TensorView left,
        TensorView right,
        ComparisonOptions options,
        IProgress<long>? progress,
        CancellationToken cancellationToken
    )
    {
        if (!left.Shape.AsSpan().SequenceEqual(right.Shape.AsSpan()))
        {
            throw new ArgumentException(
                $"found shapes [{string.Join(", ", left.Shape)}] and [{string.Join(", ", right.Shape)}], expected two alike",
                nameof(right)
            );
        }
        if ((left.DType == DType.Float4E2M1FnX2) != (right.DType == DType.Float4E2M1FnX2))
        {
            throw new ArgumentException(
                $"found {left.DType.TorchName} and {right.DType.TorchName}, of which one has two numbers in an element and the other has not",
                nameof(right)
            );
        }
        (_left, _right, _options, _progress, _cancellationToken) = (left, right, options, progress, cancellationToken);
        _leftReader = new ElementReader(left);
        _rightReader = new ElementReader(right);
        _width = Math.Max(_leftReader.ValuesPerElement, _rightReader.ValuesPerElement);
    }

    public TensorComparison Compare()
    {
        bool isBitwiseEqual = HaveEqualBits();
        // NaN alone differs from itself, and scales may give one number two meanings.
        bool isEqual = isBitwiseEqual && _options.EqualNaN && Equals(_left.Quantization, _right.Quantization);
        if (!isEqual)
        {
            CompareValues();
        }
        return new TensorComparison
        {
            ElementCount = _left.ElementCount,
            IsBitwiseEqual = isBitwiseEqual,
            IsClose = _isClose,
            DifferingCount = _differing,
            MaxAbsoluteDifference = _maxAbsolute,
            MaxRelativeDifference = _maxRelative,
            CosineSimilarity = isEqual ? 1 : Cosine(),
            WorstIndex = _worst < 0 ? null : IndexOf(_worst),
        };
    }

    private bool HaveEqualBits()
    {
        if (_left.DType != _right.DType)
        {
            return false;
        }
        var left = new byte[ChunkLength * _left.DType.ItemSize];
        var right = new byte[left.Length];
        for (long done = 0; done < _left.ByteCount; done += left.Length)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            int length = (int)Math.Min(left.Length, _left.ByteCount - done);
            long first = done / _left.DType.ItemSize * _left.DType.ValuesPerByte;
            _left.CopyElements(first, left.AsSpan(0, length));
            _right.CopyElements(first, right.AsSpan(0, length));
            if (!left.AsSpan(0, length).SequenceEqual(right.AsSpan(0, length)))
            {
                return false;
            }
        }
        return true;
    }

    private void CompareValues()
    {
        var left = new double[ChunkLength * _width];
        var right = new double[ChunkLength * _width];
        bool isExact = IsWideInteger(_left.DType) && IsWideInteger(_right.DType);
        long total = _left.ElementCount;
        for (long first = 0; first < total; first += ChunkLength)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            int count = (int)Math.Min(ChunkLength, total - first);
            Span<double> x = left.AsSpan(0, count * _width);
            Span<double> y = right.AsSpan(0, count * _width);
            Read(_leftReader, first, x);
            Read(_rightReader, first, y);
            _dot.Add(TensorPrimitives.Dot<double>(x, y));
            _leftSquares.Add(TensorPrimitives.SumOfSquares<double>(x));
            _rightSquares.Add(TensorPrimitives.SumOfSquares<double>(y));
            if (isExact)
            {
                CompareIntegers(first, count);
            }
            else if (_left.DType.IsComplex || _right.DType.IsComplex)
            {
                CompareComplex(first, x, y);
            }
            else
            {
                CompareReal(first, x, y);
            }
            _progress?.Report(first + count);
        }
    }

    // A real number beside a complex one has an imaginary part of 0.
    private void Read(ElementReader reader, long first, Span<double> values)
    {
        if (reader.ValuesPerElement == _width)
        {
            reader.Read(first, values);
            return;
        }
        Span<double> reals = values[..(values.Length / 2)];
        reader.Read(first, reals);
        for (int i = reals.Length - 1; i >= 0; i--)
        {
            values[2 * i] = reals[i];
            values[(2 * i) + 1] = 0;
        }
    }

    private void CompareReal(long first, ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        for (int i = 0; i < left.Length; i++)
        {
            double x = left[i];
            double y = right[i];
            if (x == y || (_options.EqualNaN && double.IsNaN(x) && double.IsNaN(y)))
            {
                continue;
            }
            Differ(first + (i / _width), Math.Abs(x - y), Math.Abs(y));
        }
    }

    private void CompareComplex(long first, ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        for (int i = 0; i < left.Length; i += 2)
        {
            (double x, double xi, double y, double yi) = (left[i], left[i + 1], right[i], right[i + 1]);
            bool isNaN =
                (double.IsNaN(x) || double.IsNaN(xi)) && (double.IsNaN(y) || double.IsNaN(yi)) && _options.EqualNaN;
            if (isNaN || (x == y && xi == yi))
            {
                continue;
            }
            Differ(first + (i / 2), double.Hypot(x - y, xi - yi), double.Hypot(y, yi));
        }
    }

    private void CompareIntegers(long first, int count)
    {
        var left = new long[count];
        var right = new long[count];
        _left.CopyElements(first, MemoryMarshal.AsBytes(left.AsSpan()));
        _right.CopyElements(first, MemoryMarshal.AsBytes(right.AsSpan()));
        for (int i = 0; i < count; i++)
        {
            Int128 x = Widen(_left.DType, left[i]);
            Int128 y = Widen(_right.DType, right[i]);
            if (x != y)
            {
                Differ(first + i, (double)Int128.Abs(x - y), (double)Int128.Abs(y));
            }
        }
    }

    private static bool IsWideInteger(DType dtype) => dtype is DType.Int64 or DType.UInt64;

    private static Int128 Widen(DType dtype, long bits) => dtype == DType.Int64 ? bits : unchecked((ulong)bits);

    private void Differ(long element, double difference, double magnitude)
    {
        _differing++;
        _isClose &= double.IsFinite(difference) && difference <= _options.Atol + (_options.Rtol * magnitude);
        difference = double.IsNaN(difference) ? double.PositiveInfinity : difference;
        if (_worst < 0 || difference > _maxAbsolute)
        {
            _maxAbsolute = difference;
            _worst = element;
        }
        double relative = double.IsInfinity(difference) ? double.PositiveInfinity : difference / magnitude;
        _maxRelative = Math.Max(_maxRelative, relative);
    }

    private double? Cosine()
    {
        double norms = Math.Sqrt(_leftSquares.Value) * Math.Sqrt(_rightSquares.Value);
        return norms > 0 && double.IsFinite(norms) && double.IsFinite(_dot.Value)
            ? Math.Clamp(_dot.Value / norms, -1, 1)
            : null;
    }

    private ImmutableArray<long> IndexOf(long element)
    {
        var index = new long[_left.Shape.Length];
        for (int i = index.Length - 1; i >= 0; i--)
        {
            (element, index[i]) = Math.DivRem(element, _left.Shape[i]);
        }
        return ImmutableArray.Create(index);
    }
}
