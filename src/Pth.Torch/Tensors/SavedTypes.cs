using static TorchSharp.torch;

namespace Pth.Torch.Tensors;

/// <summary>What TorchSharp's element types are called in a file, those of quantized tensors too.</summary>
internal static class SavedTypes
{
    /// <exception cref="NotSupportedException">TorchSharp has no name for it.</exception>
    public static DType Of(ScalarType type) =>
        type switch
        {
            ScalarType.QInt8 => DType.QInt8,
            ScalarType.QUInt8 => DType.QUInt8,
            ScalarType.QInt32 => DType.QInt32,
            _ => ScalarTypes.Find(type)
                ?? throw new NotSupportedException(
                    $"Found a tensor of element type {type}, expected one that TorchSharp has a name for."
                ),
        };
}
