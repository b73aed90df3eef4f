using System.Runtime.InteropServices;

namespace Pth.Tensors;

/// <summary>What was found of NaN and infinity so far.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct NonFiniteTally
{
    public long NaNs { get; private set; }

    public long PositiveInfinities { get; private set; }

    public long NegativeInfinities { get; private set; }

    public readonly bool IsEmpty => (NaNs | PositiveInfinities | NegativeInfinities) == 0;

    /// <summary>Counts among values as <see cref="ElementDecoder"/> gives them: complex ones by their magnitude.</summary>
    public void Add(DType dtype, ReadOnlySpan<double> values)
    {
        int step = dtype.IsComplex ? 2 : 1;
        for (int i = 0; i < values.Length; i += step)
        {
            double value = dtype.IsComplex ? double.Hypot(values[i], values[i + 1]) : values[i];
            NaNs += double.IsNaN(value) ? 1 : 0;
            PositiveInfinities += double.IsPositiveInfinity(value) ? 1 : 0;
            NegativeInfinities += double.IsNegativeInfinity(value) ? 1 : 0;
        }
    }

    public void Add(in NonFiniteTally other)
    {
        NaNs += other.NaNs;
        PositiveInfinities += other.PositiveInfinities;
        NegativeInfinities += other.NegativeInfinities;
    }
}
