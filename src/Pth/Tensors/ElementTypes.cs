using System.Numerics;
using System.Runtime.CompilerServices;

namespace Pth.Tensors;

/// <summary>Which .NET type has the bits of which <see cref="DType"/>.</summary>
internal static class ElementTypes
{
    // What a .NET type means when nothing else is said. Chains of typeof compile to a constant.
    public static DType? Find<T>()
        where T : unmanaged => Find(typeof(T));

    public static DType? Find(Type type)
    {
        return type == typeof(byte) ? DType.UInt8
            : type == typeof(sbyte) ? DType.Int8
            : type == typeof(short) ? DType.Int16
            : type == typeof(int) ? DType.Int32
            : type == typeof(long) ? DType.Int64
            : type == typeof(ushort) ? DType.UInt16
            : type == typeof(uint) ? DType.UInt32
            : type == typeof(ulong) ? DType.UInt64
            : type == typeof(Half) ? DType.Float16
            : type == typeof(BFloat16) ? DType.BFloat16
            : type == typeof(float) ? DType.Float32
            : type == typeof(double) ? DType.Float64
            : type == typeof(Complex) ? DType.Complex128
            : type == typeof(bool) ? DType.Bool
            : null;
    }

    /// <exception cref="ArgumentException">PyTorch has no such element type.</exception>
    public static DType Get<T>(string parameterName)
        where T : unmanaged =>
        Find<T>()
        ?? throw new ArgumentException($"found elements of {typeof(T).Name}, expected {Supported}", parameterName);

    public const string Supported =
        "byte, sbyte, short, int, long, ushort, uint, ulong, Half, BFloat16, float, double, Complex or bool";

    /// <summary>Refuses a .NET type that is not the one of the element type. Quantized integers and bits go by their bits.</summary>
    /// <exception cref="InvalidOperationException">It is another one, or there is none.</exception>
    public static void Require<T>(DType dtype)
        where T : unmanaged
    {
        RequireLittleEndian();
        DType plain = dtype switch
        {
            DType.QInt8 => DType.Int8,
            DType.QUInt8 or DType.Bits8 or DType.Bits1x8 or DType.Bits2x4 or DType.Bits4x2 => DType.UInt8,
            DType.QInt32 => DType.Int32,
            DType.Bits16 => DType.UInt16,
            _ => dtype,
        };
        if (Find<T>() != plain)
        {
            throw new InvalidOperationException(
                $"found elements of {typeof(T).Name}, expected {NameOf(plain)} for a tensor of {dtype.TorchName}"
            );
        }
    }

    /// <summary>Storages are little-endian whatever machine wrote them; looking at one as numbers needs a machine that is so too.</summary>
    /// <exception cref="PlatformNotSupportedException">This one is not.</exception>
    public static void RequireLittleEndian()
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException(
                "Elements can be seen as .NET numbers on little-endian machines only; copy their bytes instead."
            );
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string NameOf(DType dtype) =>
        dtype switch
        {
            DType.UInt8 => "Byte",
            DType.Int8 => "SByte",
            DType.Int16 => "Int16",
            DType.Int32 => "Int32",
            DType.Int64 => "Int64",
            DType.UInt16 => "UInt16",
            DType.UInt32 => "UInt32",
            DType.UInt64 => "UInt64",
            DType.Float16 => "Half",
            DType.BFloat16 => "BFloat16",
            DType.Float32 => "Single",
            DType.Float64 => "Double",
            DType.Complex128 => "Complex",
            DType.Bool => "Boolean",
            _ => "a copy of the bytes (CopyTo) or of the values (ReadAs)",
        };
}
