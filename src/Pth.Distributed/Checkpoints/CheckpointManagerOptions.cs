namespace Pth.Distributed;

/// <summary>What a <see cref="CheckpointManager"/> keeps, and how it writes.</summary>
public sealed record CheckpointManagerOptions
{
    /// <summary>How many of the checkpoints that were saved last are kept.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than one.</exception>
    public int KeepLast
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 5;

    /// <summary>How many of those with the best metric are kept besides.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than zero.</exception>
    public int KeepBest
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>Whether a lower metric is the better one, as a loss; else a higher one is, as an accuracy.</summary>
    public bool LowerIsBetter { get; init; }

    /// <summary>How the files are written.</summary>
    public WriteOptions Write { get; init; } = WriteOptions.Default;
}
