namespace Pth;

/// <summary>A tensor with its path in a checkpoint.</summary>
/// <param name="Name">
/// Mapping keys joined by dots (an integer by its digits), positions in lists and tuples as <c>[i]</c>, <c>&lt;root&gt;</c> for a lone
/// tensor; a sparse or nested tensor's part has the part's name behind a dot.
/// </param>
/// <param name="Tensor">The tensor, or the part.</param>
/// <param name="Part"><c>indices</c>, <c>values</c> and so on for a part of a sparse or nested tensor; else null.</param>
public readonly record struct NamedTensor(string Name, TensorView Tensor, string? Part = null);
