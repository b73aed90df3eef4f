namespace Pth.Security;

/// <summary>The bytes of an element, by the name of the storage class or dtype. PyTorch looks storage classes up by name alone.</summary>
internal static class ItemSizes
{
    /// <returns>0 where the name is unknown.</returns>
    public static int Find(string name) =>
        name switch
        {
            "ComplexDoubleStorage" or "complex128" => 16,
            "DoubleStorage"
            or "LongStorage"
            or "ComplexFloatStorage"
            or "float64"
            or "int64"
            or "uint64"
            or "complex64" => 8,
            "FloatStorage"
            or "IntStorage"
            or "QInt32Storage"
            or "float32"
            or "int32"
            or "uint32"
            or "qint32"
            or "complex32"
            or "bcomplex32" => 4,
            "HalfStorage"
            or "BFloat16Storage"
            or "ShortStorage"
            or "float16"
            or "bfloat16"
            or "int16"
            or "uint16"
            or "bits16" => 2,
            "ByteStorage"
            or "CharStorage"
            or "BoolStorage"
            or "QInt8Storage"
            or "QUInt8Storage"
            or "QUInt4x2Storage"
            or "QUInt2x4Storage"
            or "UntypedStorage"
            or "_UntypedStorage" => 1,
            "uint8"
            or "int8"
            or "bool"
            or "qint8"
            or "quint8"
            or "bits8"
            or "bits1x8"
            or "bits2x4"
            or "bits4x2"
            or "quint4x2"
            or "quint2x4"
            or "float4_e2m1fn_x2" => 1,
            _ when name.StartsWith("float8_", StringComparison.Ordinal) => 1,
            _ => 0,
        };
}
