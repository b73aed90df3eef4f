using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Pth.Formats.Torch;

/// <summary>
/// PyTorch's storage classes, which give a storage its element type. The table is closed: newer element types are saved
/// as <c>torch.storage.UntypedStorage</c> and named by the tensor.
/// </summary>
/// <remarks>Source: <c>torch/storage.py</c>, <c>_dtype_to_storage_type_map</c>.</remarks>
internal static class StorageClasses
{
    public const string Untyped = "UntypedStorage";

    private static readonly (DType DType, string Prefix)[] Prefixes =
    [
        (DType.Float64, "Double"),
        (DType.Float32, "Float"),
        (DType.Float16, "Half"),
        (DType.BFloat16, "BFloat16"),
        (DType.Int64, "Long"),
        (DType.Int32, "Int"),
        (DType.Int16, "Short"),
        (DType.Int8, "Char"),
        (DType.UInt8, "Byte"),
        (DType.Bool, "Bool"),
        (DType.Complex128, "ComplexDouble"),
        (DType.Complex64, "ComplexFloat"),
        (DType.QInt8, "QInt8"),
        (DType.QUInt8, "QUInt8"),
        (DType.QInt32, "QInt32"),
        (DType.QUInt4x2, "QUInt4x2"),
        (DType.QUInt2x4, "QUInt2x4"),
    ];

    private static readonly FrozenDictionary<string, DType> ByStorageName = Prefixes.ToFrozenDictionary(
        entry => entry.Prefix + "Storage",
        entry => entry.DType,
        StringComparer.Ordinal
    );

    // TorchScript has no untyped storages: it makes a class's name of every element type (c10::toString).
    private static readonly FrozenDictionary<string, DType> ByScriptName = new Dictionary<string, DType>(
        StringComparer.Ordinal
    )
    {
        ["ComplexHalfStorage"] = DType.Complex32,
        ["BComplex32Storage"] = DType.BComplex32,
        ["UInt16Storage"] = DType.UInt16,
        ["UInt32Storage"] = DType.UInt32,
        ["UInt64Storage"] = DType.UInt64,
        ["Bits1x8Storage"] = DType.Bits1x8,
        ["Bits2x4Storage"] = DType.Bits2x4,
        ["Bits4x2Storage"] = DType.Bits4x2,
        ["Bits8Storage"] = DType.Bits8,
        ["Bits16Storage"] = DType.Bits16,
        ["Float8_e5m2Storage"] = DType.Float8E5M2,
        ["Float8_e4m3fnStorage"] = DType.Float8E4M3Fn,
        ["Float8_e5m2fnuzStorage"] = DType.Float8E5M2Fnuz,
        ["Float8_e4m3fnuzStorage"] = DType.Float8E4M3Fnuz,
        ["Float8_e8m0fnuStorage"] = DType.Float8E8M0Fnu,
        ["Float4_e2m1fn_x2Storage"] = DType.Float4E2M1FnX2,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, DType> ByTensorName = Prefixes.ToFrozenDictionary(
        entry => entry.Prefix + "Tensor",
        entry => entry.DType,
        StringComparer.Ordinal
    );

    private static readonly FrozenDictionary<DType, string> ByDType = Prefixes.ToFrozenDictionary(
        entry => entry.DType,
        entry => entry.Prefix + "Storage"
    );

    /// <summary>The element type of a storage class, by its name alone: PyTorch looks at the module no more than we do.</summary>
    /// <returns>False when it is no storage class.</returns>
    /// <param name="name">The class's name without its module.</param>
    /// <param name="dtype">The element type, or null for an untyped storage, which is counted in bytes.</param>
    public static bool TryGetDType(string name, out DType? dtype)
    {
        dtype =
            ByStorageName.TryGetValue(name, out DType known) || ByScriptName.TryGetValue(name, out known)
                ? known
                : null;
        // PyTorch 1.12 had the class under a private name.
        return dtype is not null || name is Untyped or "_UntypedStorage";
    }

    /// <summary>The storage class that an element type is saved under.</summary>
    /// <returns>False when there is none: the storage is saved untyped.</returns>
    public static bool TryGetName(DType dtype, [NotNullWhen(true)] out string? name) =>
        ByDType.TryGetValue(dtype, out name);

    /// <summary>The element type of a tensor class of before PyTorch 0.4: <c>torch.FloatTensor</c>, <c>torch.cuda.LongTensor</c>.</summary>
    public static bool TryGetTensorDType(PyGlobal global, out DType dtype)
    {
        dtype = DType.Float32;
        return global.Module is "torch" or "torch.cuda"
            && (ByTensorName.TryGetValue(global.Name, out dtype) || global.Name == "Tensor");
    }
}
