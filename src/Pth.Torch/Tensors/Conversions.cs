using TorchSharp;

namespace Pth.Torch.Tensors;

/// <summary>Which tensors of a file can become tensors of TorchSharp, and on which way.</summary>
internal static class Conversions
{
    /// <summary>Says why the elements of a tensor cannot be copied into one of TorchSharp.</summary>
    /// <param name="view">The tensor in the file.</param>
    /// <param name="target">The element type that they shall have.</param>
    /// <param name="dequantize">Whether quantized integers become the reals that they stand for.</param>
    /// <returns>The reason, in PyTorch's words where it refuses them too; null where they can.</returns>
    public static string? FindFault(TensorView view, torch.ScalarType target, bool dequantize)
    {
        if (view.Layout == TensorLayout.SparseCoo)
        {
            return "copy_() between dense and sparse Tensors is not implemented! "
                + $"Found self type = {ClassOf(target)} and src type = {SparseClassOf(view.DType)}";
        }
        if (view.Layout is not TensorLayout.Strided and not TensorLayout.Nested)
        {
            return "copy_sparse_compressed_ expected sparse compressed tensor layout but got Strided";
        }
        if (view.Layout == TensorLayout.Nested)
        {
            return "A nested tensor has no elements in row-major order";
        }
        if (view.Storage.IsMeta && view.ElementCount > 0)
        {
            return "Cannot copy out of meta tensor; no data!";
        }
        if (view.DType.IsQuantized && !dequantize)
        {
            return "Copying from quantized Tensor to non-quantized Tensor is not allowed, please use dequantize to get a float Tensor from a "
                + "quantized Tensor";
        }
        if (view.DType.ValuesPerByte > 1 || view.DType is DType.Float4E2M1FnX2)
        {
            return $"found {view.DType.TorchName}, of which a byte holds several elements, expected a type of whole bytes";
        }
        if (IsBits(view.DType))
        {
            return $"found {view.DType.TorchName}, which stands for no numbers, expected a type that does";
        }
        // PyTorch lets it pass with a warning.
        return view.DType.IsComplex && !torch.is_complex(target)
            ? $"Casting {view.DType.TorchName} values to real would discard the imaginary part"
            : null;
    }

    /// <summary>The way from the file's elements to a buffer that TorchSharp's <c>copy_</c> then converts exactly as PyTorch would the originals.</summary>
    public static ElementConversion Find(DType dtype, torch.ScalarType target)
    {
        if (dtype is DType.UInt16 or DType.UInt32 or DType.UInt64)
        {
            return target is torch.ScalarType.Float64 or torch.ScalarType.ComplexFloat64 ? ElementConversion.ToDouble
                : torch.is_floating_point(target) || torch.is_complex(target) ? ElementConversion.ToSingle
                : ElementConversion.ToInt64;
        }
        if (dtype is DType.Complex32 or DType.BComplex32)
        {
            return ElementConversion.ToComplex;
        }
        return ScalarTypes.Find(dtype) is null ? ElementConversion.ToSingle : ElementConversion.None;
    }

    /// <summary>The element type of the buffer.</summary>
    public static torch.ScalarType BufferType(DType dtype, ElementConversion conversion) =>
        conversion switch
        {
            ElementConversion.ToSingle => torch.ScalarType.Float32,
            ElementConversion.ToDouble => torch.ScalarType.Float64,
            ElementConversion.ToInt64 => torch.ScalarType.Int64,
            ElementConversion.ToComplex => torch.ScalarType.ComplexFloat32,
            _ => ScalarTypes.Find(dtype)!.Value,
        };

    private static bool IsBits(DType dtype) =>
        dtype is DType.Bits1x8 or DType.Bits2x4 or DType.Bits4x2 or DType.Bits8 or DType.Bits16;

    private static string ClassOf(torch.ScalarType scalar) => $"torch.{ClassName(ScalarTypes.Find(scalar))}";

    private static string SparseClassOf(DType dtype) => $"torch.sparse.{ClassName(dtype)}";

    // torch.Tensor.type() of PyTorch.
    private static string ClassName(DType? dtype) =>
        dtype switch
        {
            DType.UInt8 => "ByteTensor",
            DType.Int8 => "CharTensor",
            DType.Int16 => "ShortTensor",
            DType.Int32 => "IntTensor",
            DType.Int64 => "LongTensor",
            DType.Float16 => "HalfTensor",
            DType.Float32 => "FloatTensor",
            DType.Float64 => "DoubleTensor",
            DType.Complex64 => "ComplexFloatTensor",
            DType.Complex128 => "ComplexDoubleTensor",
            DType.Bool => "BoolTensor",
            DType.BFloat16 => "BFloat16Tensor",
            _ => "Tensor",
        };
}
