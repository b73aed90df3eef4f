namespace Pth.Torch.Tensors;

/// <summary>How the elements of a file get into a buffer that TorchSharp can convert from.</summary>
internal enum ElementConversion
{
    /// <summary>As they are.</summary>
    None,

    /// <summary>As float32: 8-bit floats, wide unsigned integers for a floating-point tensor, quantized integers.</summary>
    ToSingle,

    /// <summary>As float64: wide unsigned integers for a tensor of doubles.</summary>
    ToDouble,

    /// <summary>As int64, a uint64 by its bits: wide unsigned integers for a tensor of integers.</summary>
    ToInt64,

    /// <summary>As complex64: complex numbers of two 16-bit floats.</summary>
    ToComplex,
}
