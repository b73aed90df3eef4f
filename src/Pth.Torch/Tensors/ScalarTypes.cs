using TorchSharp;

namespace Pth.Torch.Tensors;

/// <summary>The element types of Pth and of TorchSharp, which has fewer: no 8-bit floats, no wide unsigned integers, no complex32.</summary>
internal static class ScalarTypes
{
    private static readonly (DType DType, torch.ScalarType Scalar)[] Pairs =
    [
        (DType.UInt8, torch.ScalarType.Byte),
        (DType.Int8, torch.ScalarType.Int8),
        (DType.Int16, torch.ScalarType.Int16),
        (DType.Int32, torch.ScalarType.Int32),
        (DType.Int64, torch.ScalarType.Int64),
        (DType.Float16, torch.ScalarType.Float16),
        (DType.Float32, torch.ScalarType.Float32),
        (DType.Float64, torch.ScalarType.Float64),
        (DType.Complex64, torch.ScalarType.ComplexFloat32),
        (DType.Complex128, torch.ScalarType.ComplexFloat64),
        (DType.Bool, torch.ScalarType.Bool),
        (DType.BFloat16, torch.ScalarType.BFloat16),
    ];

    private static readonly Dictionary<DType, torch.ScalarType> ByDType = Pairs.ToDictionary(
        pair => pair.DType,
        pair => pair.Scalar
    );

    private static readonly Dictionary<torch.ScalarType, DType> ByScalar = Pairs.ToDictionary(
        pair => pair.Scalar,
        pair => pair.DType
    );

    /// <summary>TorchSharp's name of an element type; null where it has none. Quantized types are left out: their numbers need a scale.</summary>
    public static torch.ScalarType? Find(DType dtype) =>
        ByDType.TryGetValue(dtype, out torch.ScalarType scalar) ? scalar : null;

    /// <summary>The element type of a tensor of TorchSharp; null for quantized ones.</summary>
    public static DType? Find(torch.ScalarType scalar) => ByScalar.TryGetValue(scalar, out DType dtype) ? dtype : null;
}
