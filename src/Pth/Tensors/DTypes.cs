using System.Diagnostics.CodeAnalysis;

namespace Pth;

/// <summary>What is known of each <see cref="DType"/>.</summary>
public static class DTypes
{
    // In the order of the enumeration. SwapSize is the unit of a byte-order change: complex numbers are two halves.
    private static readonly (string Name, int ItemSize, int SwapSize)[] Facts =
    [
        ("uint8", 1, 1),
        ("int8", 1, 1),
        ("int16", 2, 2),
        ("int32", 4, 4),
        ("int64", 8, 8),
        ("float16", 2, 2),
        ("float32", 4, 4),
        ("float64", 8, 8),
        ("complex32", 4, 2),
        ("complex64", 8, 4),
        ("complex128", 16, 8),
        ("bool", 1, 1),
        ("qint8", 1, 1),
        ("quint8", 1, 1),
        ("qint32", 4, 4),
        ("bfloat16", 2, 2),
        ("quint4x2", 1, 1),
        ("quint2x4", 1, 1),
        ("bits1x8", 1, 1),
        ("bits2x4", 1, 1),
        ("bits4x2", 1, 1),
        ("bits8", 1, 1),
        ("bits16", 2, 2),
        ("float8_e5m2", 1, 1),
        ("float8_e4m3fn", 1, 1),
        ("float8_e5m2fnuz", 1, 1),
        ("float8_e4m3fnuz", 1, 1),
        ("uint16", 2, 2),
        ("uint32", 4, 4),
        ("uint64", 8, 8),
        ("float8_e8m0fnu", 1, 1),
        ("float4_e2m1fn_x2", 1, 1),
        ("bcomplex32", 4, 2),
    ];

    private static readonly Dictionary<string, DType> ByName = Enum.GetValues<DType>()
        .ToDictionary(dtype => Facts[(int)dtype].Name, StringComparer.Ordinal);

    extension(DType dtype)
    {
        /// <summary>PyTorch's name without <c>torch.</c>: <c>float32</c>, <c>float8_e4m3fn</c>.</summary>
        public string TorchName => Facts[(int)dtype].Name;

        /// <summary>Bytes an element takes in a storage.</summary>
        public int ItemSize => Facts[(int)dtype].ItemSize;

        internal int SwapSize => Facts[(int)dtype].SwapSize;

        // PyTorch counts the elements of these two types one by one (their item size of 1 is a fiction) but those of
        // float4_e2m1fn_x2 and the bits types by bytes. Element i of a tensor is value i of the bytes, lowest bits first.
        internal int ValuesPerByte =>
            dtype switch
            {
                DType.QUInt4x2 => 2,
                DType.QUInt2x4 => 4,
                _ => 1,
            };

        /// <summary>The bytes that so many elements take without gaps.</summary>
        internal long BytesOf(long elements) =>
            dtype.ValuesPerByte is > 1 and var perByte
                ? (elements / perByte) + (elements % perByte == 0 ? 0 : 1)
                : elements * dtype.ItemSize;

        /// <summary>Whether the elements are real floating-point numbers, as <c>torch.dtype.is_floating_point</c>.</summary>
        public bool IsFloatingPoint =>
            dtype
                is DType.Float16
                    or DType.Float32
                    or DType.Float64
                    or DType.BFloat16
                    or DType.Float8E5M2
                    or DType.Float8E4M3Fn
                    or DType.Float8E5M2Fnuz
                    or DType.Float8E4M3Fnuz
                    or DType.Float8E8M0Fnu
                    or DType.Float4E2M1FnX2;

        /// <summary>Whether an element is a real and an imaginary part.</summary>
        public bool IsComplex => dtype is DType.Complex32 or DType.Complex64 or DType.Complex128 or DType.BComplex32;

        /// <summary>Whether the elements are integers that stand for scaled reals.</summary>
        public bool IsQuantized =>
            dtype is DType.QInt8 or DType.QUInt8 or DType.QInt32 or DType.QUInt4x2 or DType.QUInt2x4;
    }

    /// <summary>Finds the type that PyTorch calls so.</summary>
    /// <param name="torchName">The name without <c>torch.</c>.</param>
    /// <param name="dtype">The type, when there is one.</param>
    public static bool TryParse(string torchName, [NotNullWhen(true)] out DType? dtype)
    {
        bool known = ByName.TryGetValue(torchName, out DType found);
        dtype = known ? found : null;
        return known;
    }
}
