using Pth.Tensors;

namespace Pth;

// Another floating-point type, lazily.
public sealed partial class TensorView
{
    /// <summary>
    /// The tensor with another floating-point type, of a new storage whose elements are converted whenever they are copied or written; no
    /// element is converted now. <see cref="ConvertTo"/> makes a copy at once.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Rounded to the bit as <c>tensor.to(dtype)</c> of PyTorch 2.14.1 rounds: to the nearest, of two equally near to the even one; a float64
    /// by way of float32; too large a number to infinity, in float8_e4m3fn to 448, in the fnuz types to NaN.
    /// </para>
    /// <para>
    /// The whole storage is converted, with the same shape, strides and offset. <see cref="Storage.GetSpan"/> and what stands on it, as
    /// <see cref="AsSpan{T}"/>, converts all of it into memory once. A recorded checksum is checked in passing, when all elements were read.
    /// </para>
    /// </remarks>
    /// <param name="dtype">float64, float32, float16, bfloat16, float8_e4m3fn, float8_e5m2, float8_e4m3fnuz or float8_e5m2fnuz.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <returns>The tensor itself when it is of this type.</returns>
    /// <exception cref="ArgumentException">Another type is wanted.</exception>
    /// <exception cref="InvalidOperationException">The elements are no real floating-point numbers, or float4_e2m1fn_x2, which PyTorch does not convert.</exception>
    public TensorView Cast(DType dtype, CastOptions? options = null)
    {
        RequireCastTarget(dtype);
        if (!ElementCaster.CanCastFrom(DType))
        {
            throw new InvalidOperationException($"found {DType.TorchName}, expected a floating-point type");
        }
        var caster = new TensorCaster(dtype, options ?? CastOptions.Default);
        caster.Expect(this);
        return caster.Applies(this) ? caster.Cast(this) : this;
    }

    internal static void RequireCastTarget(DType dtype)
    {
        if (FloatTarget.Find(dtype) is null)
        {
            throw new ArgumentException(
                $"found {dtype.TorchName}, expected {ElementCaster.SupportedTargets}",
                nameof(dtype)
            );
        }
    }
}
