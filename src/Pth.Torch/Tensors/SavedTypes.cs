using static TorchSharp.torch;

namespace Pth.Torch.Tensors;

/// <summary>What TorchSharp's element types are called here, those of quantized tensors too.</summary>
internal static class SavedTypes
{
    /// <exception cref="NotSupportedException">TorchSharp has no name for it.</exception>
    public static DType Of(ScalarType type) =>
        type switch
        {
            ScalarType.Byte => DType.UInt8,
            ScalarType.Int8 => DType.Int8,
            ScalarType.Int16 => DType.Int16,
            ScalarType.Int32 => DType.Int32,
            ScalarType.Int64 => DType.Int64,
            ScalarType.Float16 => DType.Float16,
            ScalarType.Float32 => DType.Float32,
            ScalarType.Float64 => DType.Float64,
            ScalarType.ComplexFloat32 => DType.Complex64,
            ScalarType.ComplexFloat64 => DType.Complex128,
            ScalarType.Bool => DType.Bool,
            ScalarType.QInt8 => DType.QInt8,
            ScalarType.QUInt8 => DType.QUInt8,
            ScalarType.QInt32 => DType.QInt32,
            ScalarType.BFloat16 => DType.BFloat16,
            _ => throw new NotSupportedException(
                $"Found a tensor of element type {type}, expected one that TorchSharp has a name for."
            ),
        };
}
