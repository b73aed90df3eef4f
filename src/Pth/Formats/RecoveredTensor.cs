namespace Pth;

/// <summary>A tensor that is whole in a damaged file.</summary>
/// <param name="Name">Its path, as in <see cref="NamedTensor.Name"/>; of a sparse or nested tensor that of the whole.</param>
/// <param name="Tensor">The tensor.</param>
/// <param name="IsVerified">Whether a checksum says that its bytes are those that were written. Where there is none, it is only known that they are all there.</param>
public readonly record struct RecoveredTensor(string Name, TensorView Tensor, bool IsVerified);
