namespace Pth;

/// <summary>How elements get another floating-point type.</summary>
public sealed record CastOptions
{
    /// <summary>The defaults: rounded as PyTorch rounds, and what is too large becomes infinity.</summary>
    public static CastOptions Default { get; } = new();

    /// <summary>
    /// Whether numbers that are too large for the new type become its largest finite one. Infinity stays infinity where the type has one.
    /// </summary>
    public bool Saturate { get; init; }

    /// <summary>Filled as elements are converted, each counted once; null where nobody asks.</summary>
    public CastReport? Report { get; init; }
}
