using System.Diagnostics.CodeAnalysis;

namespace Pth.Cli.Parsing;

/// <summary>The floating-point types that tensors can be given, by short names beside PyTorch's.</summary>
internal static class DTypeNames
{
    private static readonly (DType DType, string[] Names)[] Known =
    [
        (DType.Float64, ["f64", "fp64", "double"]),
        (DType.Float32, ["f32", "fp32", "float"]),
        (DType.Float16, ["f16", "fp16", "half"]),
        (DType.BFloat16, ["bf16"]),
        (DType.Float8E4M3Fn, ["f8_e4m3fn", "f8_e4m3"]),
        (DType.Float8E5M2, ["f8_e5m2"]),
        (DType.Float8E4M3Fnuz, ["f8_e4m3fnuz"]),
        (DType.Float8E5M2Fnuz, ["f8_e5m2fnuz"]),
    ];

    /// <summary>For help and errors: the shortest name of each.</summary>
    public static string List => string.Join(", ", Known.Select(known => known.Names[0]));

    /// <summary>Finds a type by its short name or by PyTorch's, with or without <c>torch.</c> before it; case does not matter.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out DType? dtype)
    {
        string name = text.ToLowerInvariant();
        name = name.StartsWith("torch.", StringComparison.Ordinal) ? name["torch.".Length..] : name;
        int index = Array.FindIndex(Known, known => known.DType.TorchName == name || known.Names.Contains(name));
        dtype = index < 0 ? null : Known[index].DType;
        return index >= 0;
    }
}
