namespace Pth;

/// <summary>PyTorch's element types. Their facts are in <see cref="DTypes"/>: <c>dtype.ItemSize</c>, <c>dtype.TorchName</c>.</summary>
/// <remarks>Source: <c>c10/core/ScalarType.h</c>; names as in <c>torch.float8_e4m3fn</c>.</remarks>
public enum DType
{
    /// <summary><c>torch.uint8</c>.</summary>
    UInt8,

    /// <summary><c>torch.int8</c>.</summary>
    Int8,

    /// <summary><c>torch.int16</c>.</summary>
    Int16,

    /// <summary><c>torch.int32</c>.</summary>
    Int32,

    /// <summary><c>torch.int64</c>.</summary>
    Int64,

    /// <summary><c>torch.float16</c>.</summary>
    Float16,

    /// <summary><c>torch.float32</c>.</summary>
    Float32,

    /// <summary><c>torch.float64</c>.</summary>
    Float64,

    /// <summary><c>torch.complex32</c>: two float16.</summary>
    Complex32,

    /// <summary><c>torch.complex64</c>: two float32.</summary>
    Complex64,

    /// <summary><c>torch.complex128</c>: two float64.</summary>
    Complex128,

    /// <summary><c>torch.bool</c>: one byte.</summary>
    Bool,

    /// <summary><c>torch.qint8</c>.</summary>
    QInt8,

    /// <summary><c>torch.quint8</c>.</summary>
    QUInt8,

    /// <summary><c>torch.qint32</c>.</summary>
    QInt32,

    /// <summary><c>torch.bfloat16</c>.</summary>
    BFloat16,

    /// <summary><c>torch.quint4x2</c>: two values a byte.</summary>
    QUInt4x2,

    /// <summary><c>torch.quint2x4</c>: four values a byte.</summary>
    QUInt2x4,

    /// <summary><c>torch.bits1x8</c>.</summary>
    Bits1x8,

    /// <summary><c>torch.bits2x4</c>.</summary>
    Bits2x4,

    /// <summary><c>torch.bits4x2</c>.</summary>
    Bits4x2,

    /// <summary><c>torch.bits8</c>.</summary>
    Bits8,

    /// <summary><c>torch.bits16</c>.</summary>
    Bits16,

    /// <summary><c>torch.float8_e5m2</c>.</summary>
    Float8E5M2,

    /// <summary><c>torch.float8_e4m3fn</c>.</summary>
    Float8E4M3Fn,

    /// <summary><c>torch.float8_e5m2fnuz</c>.</summary>
    Float8E5M2Fnuz,

    /// <summary><c>torch.float8_e4m3fnuz</c>.</summary>
    Float8E4M3Fnuz,

    /// <summary><c>torch.uint16</c>.</summary>
    UInt16,

    /// <summary><c>torch.uint32</c>.</summary>
    UInt32,

    /// <summary><c>torch.uint64</c>.</summary>
    UInt64,

    /// <summary><c>torch.float8_e8m0fnu</c>: an exponent alone.</summary>
    Float8E8M0Fnu,

    /// <summary><c>torch.float4_e2m1fn_x2</c>: two values a byte.</summary>
    Float4E2M1FnX2,

    /// <summary><c>torch.bcomplex32</c>: two bfloat16.</summary>
    BComplex32,
}
