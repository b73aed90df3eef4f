namespace Pth;

/// <summary>When two elements count as close: as <c>torch.isclose</c>, |left - right| is at most <see cref="Atol"/> + <see cref="Rtol"/> * |right|.</summary>
public sealed record ComparisonOptions
{
    /// <summary>PyTorch's own tolerances; NaN is equal to NaN.</summary>
    public static ComparisonOptions Default { get; } = new();

    /// <summary>The part of the right element's magnitude that may differ.</summary>
    public double Rtol { get; init; } = 1e-5;

    /// <summary>What may differ whatever the magnitude.</summary>
    public double Atol { get; init; } = 1e-8;

    /// <summary>Whether NaN on both sides is equal, as in files that should be the same; <c>torch.isclose</c> says no by default.</summary>
    public bool EqualNaN { get; init; } = true;
}
