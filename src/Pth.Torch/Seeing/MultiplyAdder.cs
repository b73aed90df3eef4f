using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Seeing;

/// <summary>How many multiply-adds a call of a layer takes.</summary>
/// <remarks>Source of the rules: what torchinfo 1.8.0 prints; <see cref="ModuleSummary"/> says where ours differ.</remarks>
internal static class MultiplyAdder
{
    public static long Count(nn.Module module, long[] input, long[] output)
    {
        long parameters = module
            .named_parameters(recurse: false)
            .Sum(parameter => parameter.parameter.NumberOfElements);
        if (parameters == 0 || output.Length == 0)
        {
            return 0;
        }
        return parameters
            * module switch
            {
                // Batch and space: all but the channels. Without a batch the channels come first.
                Convolution convolution => output.Length == convolution.kernel_size.Length + 2
                    ? output[0] * Product(output.AsSpan(2))
                    : Product(output.AsSpan(1)),
                Linear or Bilinear => Product(output.AsSpan(0, output.Length - 1)),
                // Every step of every sequence.
                LSTM or GRU or RNN => Product(input.AsSpan(0, input.Length - 1)),
                Embedding or EmbeddingBag => 0,
                _ => output[0],
            };
    }

    private static long Product(ReadOnlySpan<long> sizes)
    {
        long product = 1;
        foreach (long size in sizes)
        {
            product *= size;
        }
        return product;
    }
}
