namespace Pth.Formats.TorchSharp;

/// <summary>The element types that TorchSharp has, by their numbers.</summary>
/// <remarks>Source: <c>src/TorchSharp/ScalarType.cs</c> (0.107); the numbers are those of <c>c10::ScalarType</c>.</remarks>
internal static class TorchSharpTypes
{
    private static readonly DType?[] ByCode =
    [
        DType.UInt8,
        DType.Int8,
        DType.Int16,
        DType.Int32,
        DType.Int64,
        DType.Float16,
        DType.Float32,
        DType.Float64,
        null,
        DType.Complex64,
        DType.Complex128,
        DType.Bool,
        null,
        null,
        null,
        DType.BFloat16,
    ];

    /// <summary>The type of a number; null where TorchSharp has none.</summary>
    public static DType? Find(long code) => code >= 0 && code < ByCode.Length ? ByCode[code] : null;

    /// <summary>The number of a type; -1 where TorchSharp has none.</summary>
    public static int CodeOf(DType dtype) => Array.IndexOf(ByCode, dtype);
}
