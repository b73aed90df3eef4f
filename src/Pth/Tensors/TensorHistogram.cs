using System.Collections.Immutable;

namespace Pth;

/// <summary>How many elements lie where: bins of equal width, the last of which holds its upper edge too, as <c>torch.histc</c>.</summary>
/// <param name="Start">The lower edge of the first bin: the least finite element, or one less where all are equal.</param>
/// <param name="End">The upper edge of the last bin: the greatest finite element, or one more where all are equal.</param>
/// <param name="Counts">The number of finite elements in each bin.</param>
public sealed record TensorHistogram(double Start, double End, ImmutableArray<long> Counts);
