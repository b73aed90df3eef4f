using System.Collections.Immutable;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Seeing;

/// <summary>What the calls of one module gave. It keeps no tensor.</summary>
internal sealed class Calls(nn.Module module)
{
    public int Count { get; private set; }

    public ImmutableArray<ImmutableArray<long>> OutputShapes { get; private set; } = [];

    public long OutputBytes { get; private set; }

    public long MultiplyAdds { get; private set; }

    /// <summary>Begins to look at the module's calls.</summary>
    /// <returns>What ends it; null for a class whose calls cannot be seen.</returns>
    public Action? Watch()
    {
        switch (module)
        {
            case nn.Module<Tensor, Tensor> one:
                return one.register_forward_hook(
                    (_, input, output) =>
                    {
                        Add(input, output);
                        return output;
                    }
                ).remove;
            case nn.Module<Tensor, Tensor, Tensor> two:
                return two.register_forward_hook(
                    (_, input, _, output) =>
                    {
                        Add(input, output);
                        return output;
                    }
                ).remove;
            case LSTM lstm:
                return lstm.register_forward_hook(
                    (_, input, _, output) =>
                    {
                        Add(input, output.Item1, output.Item2, output.Item3);
                        return output;
                    }
                ).remove;
            case nn.Module<Tensor, Tensor?, (Tensor, Tensor)> recurrent:
                return recurrent
                    .register_forward_hook(
                        (_, input, _, output) =>
                        {
                            Add(input, output.Item1, output.Item2);
                            return output;
                        }
                    )
                    .remove;
            default:
                return null;
        }
    }

    private void Add(Tensor input, params ReadOnlySpan<Tensor> outputs)
    {
        if (Count++ == 0)
        {
            var shapes = ImmutableArray.CreateBuilder<ImmutableArray<long>>();
            foreach (Tensor output in outputs)
            {
                shapes.Add([.. output.shape]);
            }
            OutputShapes = shapes.ToImmutable();
        }
        foreach (Tensor output in outputs)
        {
            OutputBytes += output.NumberOfElements * output.ElementSize;
        }
        MultiplyAdds += MultiplyAdder.Count(module, input.shape, outputs[0].shape);
    }
}
