using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Optimizers;

/// <summary>Tensors of optimizer states, to and from TorchSharp. Copies, as the optimizer changes them in place.</summary>
internal static class StateTensors
{
    /// <exception cref="ArgumentException">TorchSharp has no such tensor.</exception>
    public static Tensor FromView(TensorView view, Parameter parameter, bool isNegated, string where)
    {
        if (view.Layout != TensorLayout.Strided || TypeOf(view.DType) is not { } type)
        {
            throw PyNumbers.Wrong(where, new PyTensor(view), "a dense tensor of numbers");
        }
        using IDisposable noGrad = no_grad();
        using Tensor read = empty(view.Shape.AsSpan().ToArray(), type, CPU);
        if (view.ElementCount > 0)
        {
            view.CopyTo(read.bytes);
        }
        if (isNegated)
        {
            read.neg_();
        }
        ScalarType wanted = parameter.is_floating_point() ? parameter.dtype : type;
        return read.to(wanted, parameter.device).DetachFromDisposeScope();
    }

    public static TensorView ToView(Tensor tensor, bool isNegated)
    {
        using IDisposable noGrad = no_grad();
        using Tensor detached = isNegated ? tensor.neg() : tensor.detach();
        using Tensor near = detached.cpu();
        using Tensor whole = near.contiguous();
        byte[] bytes = whole.numel() == 0 ? [] : whole.bytes.ToArray();
        return TensorView.FromBytes(TypeOf(whole.dtype), bytes, whole.shape);
    }

    public static bool AnyNonZero(Tensor tensor)
    {
        using IDisposable noGrad = no_grad();
        using Tensor isNonZero = tensor.ne(0);
        using Tensor any = isNonZero.any();
        return any.item<bool>();
    }

    private static ScalarType? TypeOf(DType dtype) =>
        dtype switch
        {
            DType.UInt8 => ScalarType.Byte,
            DType.Int8 => ScalarType.Int8,
            DType.Int16 => ScalarType.Int16,
            DType.Int32 => ScalarType.Int32,
            DType.Int64 => ScalarType.Int64,
            DType.Float16 => ScalarType.Float16,
            DType.BFloat16 => ScalarType.BFloat16,
            DType.Float32 => ScalarType.Float32,
            DType.Float64 => ScalarType.Float64,
            DType.Bool => ScalarType.Bool,
            DType.Complex64 => ScalarType.ComplexFloat32,
            DType.Complex128 => ScalarType.ComplexFloat64,
            _ => null,
        };

    private static DType TypeOf(ScalarType type) =>
        type switch
        {
            ScalarType.Byte => DType.UInt8,
            ScalarType.Int8 => DType.Int8,
            ScalarType.Int16 => DType.Int16,
            ScalarType.Int32 => DType.Int32,
            ScalarType.Int64 => DType.Int64,
            ScalarType.Float16 => DType.Float16,
            ScalarType.BFloat16 => DType.BFloat16,
            ScalarType.Float32 => DType.Float32,
            ScalarType.Float64 => DType.Float64,
            ScalarType.Bool => DType.Bool,
            ScalarType.ComplexFloat32 => DType.Complex64,
            ScalarType.ComplexFloat64 => DType.Complex128,
            _ => throw new NotSupportedException($"PyTorch has no element type {type}."),
        };
}
