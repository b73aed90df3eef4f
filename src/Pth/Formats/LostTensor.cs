namespace Pth;

/// <summary>A tensor that could not be taken out of a damaged file.</summary>
/// <param name="Name">Its path, as in <see cref="NamedTensor.Name"/>; of a sparse or nested tensor that of the whole.</param>
/// <param name="Tensor">Its type and shape. It has no bytes.</param>
/// <param name="Reason">Why: <c>the file ends 12 bytes into storage '7' of 4096</c>.</param>
public readonly record struct LostTensor(string Name, TensorView Tensor, string Reason);
