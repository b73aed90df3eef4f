namespace Pth;

/// <summary>How the integers of a quantized tensor stand for reals: <c>real = (integer - zero point) * scale</c>.</summary>
public abstract record Quantization
{
    private Quantization() { }

    /// <summary><c>torch.per_tensor_affine</c>: one scale and zero point.</summary>
    /// <param name="Scale">The step between two neighbouring reals.</param>
    /// <param name="ZeroPoint">The integer that stands for 0.</param>
    public sealed record PerTensor(double Scale, long ZeroPoint) : Quantization;

    /// <summary><c>torch.per_channel_affine</c>: a scale and zero point for each index of one axis.</summary>
    /// <param name="Scales">float64, one for each channel.</param>
    /// <param name="ZeroPoints">int64, one for each channel.</param>
    /// <param name="Axis">The dimension that the channels are counted along.</param>
    public sealed record PerChannel(TensorView Scales, TensorView ZeroPoints, int Axis) : Quantization;
}
