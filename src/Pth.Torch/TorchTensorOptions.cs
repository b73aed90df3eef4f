using TorchSharp;

namespace Pth.Torch;

/// <summary>How a tensor of a file becomes a tensor of TorchSharp.</summary>
public sealed record TorchTensorOptions
{
    /// <summary>The defaults: on the CPU, on the mapped file where that can be, quantized tensors refused.</summary>
    public static TorchTensorOptions Default { get; } = new();

    /// <summary>
    /// Whether the elements are copied into memory of the tensor's own in any case. Else a large tensor of a file that was opened (not loaded) and
    /// lies in it uncompressed has the mapped file as its memory: nothing is read until it is looked at, and what is written to the tensor stays in
    /// memory.
    /// </summary>
    public bool Copy { get; init; }

    /// <summary>Whether quantized integers become the float32 reals that they stand for. Else a quantized tensor is refused.</summary>
    public bool Dequantize { get; init; }

    /// <summary>Where the tensor shall be; null for the CPU.</summary>
    public torch.Device? Device { get; init; }

    /// <summary>Stops a long copy.</summary>
    public CancellationToken CancellationToken { get; init; }
}
