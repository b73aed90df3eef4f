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
    public Action? Watch() =>
        module switch
        {
            nn.Module<Tensor, Tensor> m => One(m, Outputs),
            nn.Module<Tensor, (Tensor, Tensor)> m => One(m, Outputs),
            nn.Module<Tensor, (Tensor, Tensor, Tensor)> m => One(m, Outputs),
            nn.Module<Tensor, Tensor, Tensor> m => Two(m, Outputs),
            nn.Module<Tensor, Tensor, (Tensor, Tensor)> m => Two(m, Outputs),
            nn.Module<Tensor, Tensor, (Tensor, Tensor, Tensor)> m => Two(m, Outputs),
            nn.Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor, Tensor)> m => Two(m, Outputs),
            nn.Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor)> m => Two(m, Outputs),
            nn.Module<Tensor, Tensor, Tensor, Tensor> m => Three(m, Outputs),
            nn.Module<Tensor, Tensor, Tensor, (Tensor, Tensor)> m => Three(m, Outputs),
            _ => null,
        };

    private static Tensor[] Outputs(Tensor output) => [output];

    private static Tensor[] Outputs((Tensor, Tensor) outputs) => [outputs.Item1, outputs.Item2];

    private static Tensor[] Outputs((Tensor, Tensor, Tensor) outputs) => [outputs.Item1, outputs.Item2, outputs.Item3];

    private Action One<TResult>(nn.Module<Tensor, TResult> watched, Func<TResult, Tensor[]> outputs) =>
        watched
            .register_forward_hook(
                (_, input, output) =>
                {
                    Add(input, outputs(output));
                    return output;
                }
            )
            .remove;

    private Action Two<TSecond, TResult>(
        nn.Module<Tensor, TSecond, TResult> watched,
        Func<TResult, Tensor[]> outputs
    ) =>
        watched
            .register_forward_hook(
                (_, input, _, output) =>
                {
                    Add(input, outputs(output));
                    return output;
                }
            )
            .remove;

    private Action Three<TResult>(
        nn.Module<Tensor, Tensor, Tensor, TResult> watched,
        Func<TResult, Tensor[]> outputs
    ) =>
        watched
            .register_forward_hook(
                (_, input, _, _, output) =>
                {
                    Add(input, outputs(output));
                    return output;
                }
            )
            .remove;

    private void Add(Tensor input, Tensor[] outputs)
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
