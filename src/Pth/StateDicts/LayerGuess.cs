namespace Pth.StateDicts;

/// <summary>What a module seems to be.</summary>
/// <param name="ClassName">PyTorch's class, or two of them joined by "or".</param>
/// <param name="Arguments">What PyTorch prints in the brackets, as far as it is known.</param>
internal sealed record LayerGuess(string ClassName, string Arguments = "")
{
    /// <summary>How many spatial dimensions the output has: 1 to 3 for a convolution, 0 for Linear, -1 where it does not tell.</summary>
    public int SpatialRank { get; init; } = -1;

    /// <summary>The channels or features of the output, where <see cref="SpatialRank"/> tells.</summary>
    public long OutputSize { get; init; }
}
