using TorchSharp;
using static TorchSharp.torch;

namespace Pth.Torch.Seeing;

/// <summary>What Python calls the type of a tensor.</summary>
internal static class TensorTypeNames
{
    /// <summary><c>float32</c>: <c>dtype</c> without <c>torch.</c></summary>
    public static string DTypeName(this Tensor tensor) =>
        tensor.dtype switch
        {
            ScalarType.Byte => "uint8",
            ScalarType.BFloat16 => "bfloat16",
            ScalarType.ComplexFloat32 => "complex64",
            ScalarType.ComplexFloat64 => "complex128",
            var other => other.ToString().ToLowerInvariant(),
        };

    /// <summary><c>torch.FloatTensor</c>: <c>torch.typename(tensor)</c>.</summary>
    public static string TypeName(this Tensor tensor)
    {
        string kind = tensor.dtype switch
        {
            ScalarType.Float32 => "Float",
            ScalarType.Float64 => "Double",
            ScalarType.Float16 => "Half",
            ScalarType.BFloat16 => "BFloat16",
            ScalarType.Byte => "Byte",
            ScalarType.Int8 => "Char",
            ScalarType.Int16 => "Short",
            ScalarType.Int32 => "Int",
            ScalarType.Int64 => "Long",
            ScalarType.Bool => "Bool",
            ScalarType.ComplexFloat32 => "ComplexFloat",
            ScalarType.ComplexFloat64 => "ComplexDouble",
            var other => other.ToString(),
        };
        return tensor.device_type == DeviceType.CUDA ? $"torch.cuda.{kind}Tensor" : $"torch.{kind}Tensor";
    }
}
