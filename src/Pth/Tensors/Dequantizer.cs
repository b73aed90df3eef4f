using System.Numerics;

namespace Pth.Tensors;

/// <summary>Makes the reals of a quantized tensor's integers, in float32 as PyTorch's <c>dequantize</c>.</summary>
internal sealed class Dequantizer
{
    private readonly float[] _scales;
    private readonly double[] _zeroPoints;

    // How many elements in row-major order have one channel before the next one comes.
    private readonly long _run;

    public Dequantizer(TensorView tensor, Quantization quantization)
    {
        if (quantization is not Quantization.PerChannel perChannel)
        {
            var perTensor = (Quantization.PerTensor)quantization;
            _scales = [(float)perTensor.Scale];
            _zeroPoints = [perTensor.ZeroPoint];
            _run = long.MaxValue;
            return;
        }
        if (perChannel.Axis < 0 || perChannel.Axis >= tensor.Shape.Length)
        {
            throw new InvalidOperationException(
                $"found channels along dimension {perChannel.Axis}, expected one of {tensor.Shape.Length}"
            );
        }
        long channels = tensor.Shape[perChannel.Axis];
        if (perChannel.Scales.ElementCount != channels || perChannel.ZeroPoints.ElementCount != channels)
        {
            throw new InvalidOperationException(
                $"found {perChannel.Scales.ElementCount} scales and {perChannel.ZeroPoints.ElementCount} zero points, expected {channels}"
            );
        }
        _scales = perChannel.Scales.ReadAs<float>();
        // int64, but float32 where PyTorch calls the scheme per_channel_affine_float_qparams.
        _zeroPoints = perChannel.ZeroPoints.ReadAs<double>();
        _run = 1;
        foreach (long size in tensor.Shape.AsSpan()[(perChannel.Axis + 1)..])
        {
            _run *= size;
        }
    }

    /// <param name="first">Which element of the row-major sequence the first integer is.</param>
    /// <param name="integers">As <see cref="ElementDecoder"/> gives them.</param>
    /// <param name="reals">As many.</param>
    public void Apply<T>(long first, ReadOnlySpan<double> integers, Span<T> reals)
        where T : unmanaged, INumberBase<T>
    {
        while (!integers.IsEmpty)
        {
            int channel = (int)(first / _run % _scales.Length);
            int count = (int)Math.Min(integers.Length, _run - (first % _run));
            float scale = _scales[channel];
            double zeroPoint = _zeroPoints[channel];
            for (int i = 0; i < count; i++)
            {
                reals[i] = T.CreateTruncating((float)(integers[i] - zeroPoint) * scale);
            }
            integers = integers[count..];
            reals = reals[count..];
            first += count;
        }
    }
}
