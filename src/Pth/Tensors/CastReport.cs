using Pth.Tensors;

namespace Pth;

/// <summary>What a conversion to another floating-point type has cost so far. Several threads may fill and read one.</summary>
/// <remarks>A conversion is lazy: it is complete once all elements were read, as when <c>Checkpoint.Save</c> has returned.</remarks>
public sealed class CastReport
{
    private readonly Lock _gate = new();
    private CastTally _tally;

    /// <summary>How many elements were converted.</summary>
    public long Elements => Read().Elements;

    /// <summary>
    /// How many finite elements were too large: they became infinity, or NaN where the type has no infinity, or its largest number where
    /// that was asked for and where PyTorch does so anyway (float8_e4m3fn).
    /// </summary>
    public long Overflows => Read().Overflows;

    /// <summary>How many elements other than zero became zero.</summary>
    public long Underflows => Read().Underflows;

    /// <summary>The largest |converted - original| / |original| among the finite elements that neither overflowed nor underflowed.</summary>
    public double LargestRelativeError => Read().LargestRelativeError;

    internal void Add(in CastTally tally)
    {
        lock (_gate)
        {
            _tally.Add(tally);
        }
    }

    private CastTally Read()
    {
        lock (_gate)
        {
            return _tally;
        }
    }
}
