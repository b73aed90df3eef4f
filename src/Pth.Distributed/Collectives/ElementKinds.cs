using static TorchSharp.torch;

namespace Pth.Distributed.Collectives;

internal static class ElementKinds
{
    public static ElementKind Of<T>()
        where T : unmanaged =>
        typeof(T) == typeof(float) ? ElementKind.Float32
        : typeof(T) == typeof(double) ? ElementKind.Float64
        : typeof(T) == typeof(Half) ? ElementKind.Float16
        : typeof(T) == typeof(BFloat16) ? ElementKind.BFloat16
        : typeof(T) == typeof(long) ? ElementKind.Int64
        : typeof(T) == typeof(int) ? ElementKind.Int32
        : typeof(T) == typeof(short) ? ElementKind.Int16
        : typeof(T) == typeof(sbyte) ? ElementKind.Int8
        : typeof(T) == typeof(byte) ? ElementKind.UInt8
        : typeof(T) == typeof(bool) ? ElementKind.Bool
        : throw Refused(typeof(T));

    public static ElementKind Of(ScalarType type) =>
        type switch
        {
            ScalarType.Float32 => ElementKind.Float32,
            ScalarType.Float64 => ElementKind.Float64,
            ScalarType.Float16 => ElementKind.Float16,
            ScalarType.BFloat16 => ElementKind.BFloat16,
            ScalarType.Int64 => ElementKind.Int64,
            ScalarType.Int32 => ElementKind.Int32,
            ScalarType.Int16 => ElementKind.Int16,
            ScalarType.Int8 => ElementKind.Int8,
            ScalarType.Byte => ElementKind.UInt8,
            ScalarType.Bool => ElementKind.Bool,
            _ => throw new ArgumentException(
                $"found a tensor of {type}, expected Float16, BFloat16, Float32, Float64, Int8 to Int64, Byte or Bool",
                nameof(type)
            ),
        };

    public static int Size(this ElementKind kind) =>
        kind switch
        {
            ElementKind.Float64 or ElementKind.Int64 => 8,
            ElementKind.Float32 or ElementKind.Int32 => 4,
            ElementKind.Float16 or ElementKind.BFloat16 or ElementKind.Int16 => 2,
            _ => 1,
        };

    public static bool IsFloatingPoint(this ElementKind kind) =>
        kind is ElementKind.Float16 or ElementKind.BFloat16 or ElementKind.Float32 or ElementKind.Float64;

    /// <summary>PyTorch's name.</summary>
    public static string Name(this ElementKind kind) => kind.ToString().ToLowerInvariant();

    private static ArgumentException Refused(Type elements) =>
        new(
            $"found elements of type {elements.Name}, expected one of float, double, Half, BFloat16, long, int, short, sbyte, byte, bool",
            nameof(elements)
        );
}
