namespace Pth;

/// <summary>A tensor of a module.</summary>
/// <param name="Name">Its name in the module: <c>weight</c></param>
/// <param name="Key">Its key in the state dict: <c>features.0.weight</c></param>
/// <param name="Tensor">The tensor.</param>
/// <param name="TiedTo">The key of an earlier tensor that is this very view of one storage; else null.</param>
public readonly record struct ModuleTensor(string Name, string Key, TensorView Tensor, string? TiedTo);
