namespace Pth;

/// <summary>A strided tensor that a sparse or nested tensor is made of.</summary>
/// <param name="Name">PyTorch's name for it: <c>indices</c>, <c>values</c>, <c>crow_indices</c>.</param>
/// <param name="Tensor">The part.</param>
public readonly record struct TensorPart(string Name, TensorView Tensor);
