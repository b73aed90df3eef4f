using System.Runtime.CompilerServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Modules;

/// <summary>
/// The modules inside TorchSharp's attention and transformer layers, and the distance of a loss that has none of its own. They lie in native code, and TorchSharp shows their parameters as the
/// layer's own, with dots in their names; PyTorch shows modules, those without parameters too.
/// </summary>
/// <remarks>Source: the constructors in <c>torch/nn/modules/activation.py</c> and <c>transformer.py</c>, the same in 1.13 to 2.14.</remarks>
internal static class HiddenModules
{
    private const string Attention = nameof(MultiheadAttention);
    private const string EncoderLayer = nameof(TransformerEncoderLayer);
    private const string DecoderLayer = nameof(TransformerDecoderLayer);
    private const string Encoder = nameof(TransformerEncoder);
    private const string Decoder = nameof(TransformerDecoder);
    private const string Layers = nameof(ModuleList<>);

    public static bool Has(nn.Module module) =>
        module
            is MultiheadAttention
                or TransformerEncoderLayer
                or TransformerDecoderLayer
                or TransformerEncoder
                or TransformerDecoder
                or Transformer
        || (module is TripletMarginWithDistanceLoss loss && Distance(loss) is null);

    /// <summary>Gives a module that hides others its tensors and children.</summary>
    public static void Fill(WalkedModule module, IEnumerable<(string Name, Parameter Tensor)> parameters) =>
        Fill(module, module.Module.GetType().Name, "", parameters);

    private static void Fill(
        WalkedModule module,
        string kind,
        string layerKind,
        IEnumerable<(string Name, Parameter Tensor)> parameters
    )
    {
        var below = new OrderedDictionary<string, List<(string, Parameter)>>(StringComparer.Ordinal);
        foreach ((string name, Parameter tensor) in parameters)
        {
            int dot = name.IndexOf('.', StringComparison.Ordinal);
            if (dot < 0)
            {
                module.Add(name, ModuleEntryKind.Parameter, tensor);
                continue;
            }
            if (!below.TryGetValue(name[..dot], out List<(string, Parameter)>? list))
            {
                below.Add(name[..dot], list = []);
            }
            list.Add((name[(dot + 1)..], tensor));
        }

        IEnumerable<(string, string)> children =
            kind == Layers ? below.Keys.Select(name => (name, layerKind)) : ChildrenOf(kind);
        foreach ((string name, string childKind) in children)
        {
            // The norm at the end is the one child that a transformer can be without.
            if (!below.TryGetValue(name, out List<(string, Parameter)>? own) && name == "norm")
            {
                continue;
            }
            WalkedModule child = module.Hidden(name, childKind);
            module.Add(child);
            Fill(child, childKind, kind == Encoder ? EncoderLayer : DecoderLayer, own ?? []);
        }
    }

    private static (string Name, string Kind)[] ChildrenOf(string kind) =>
        kind switch
        {
            Attention => [("out_proj", "NonDynamicallyQuantizableLinear")],
            EncoderLayer =>
            [
                ("self_attn", Attention),
                ("linear1", nameof(Linear)),
                ("dropout", nameof(Dropout)),
                ("linear2", nameof(Linear)),
                ("norm1", nameof(LayerNorm)),
                ("norm2", nameof(LayerNorm)),
                ("dropout1", nameof(Dropout)),
                ("dropout2", nameof(Dropout)),
            ],
            DecoderLayer =>
            [
                ("self_attn", Attention),
                ("multihead_attn", Attention),
                ("linear1", nameof(Linear)),
                ("dropout", nameof(Dropout)),
                ("linear2", nameof(Linear)),
                ("norm1", nameof(LayerNorm)),
                ("norm2", nameof(LayerNorm)),
                ("norm3", nameof(LayerNorm)),
                ("dropout1", nameof(Dropout)),
                ("dropout2", nameof(Dropout)),
                ("dropout3", nameof(Dropout)),
            ],
            Encoder or Decoder => [("layers", Layers), ("norm", nameof(LayerNorm))],
            nameof(Transformer) => [("encoder", Encoder), ("decoder", Decoder)],
            // Where no function was given.
            nameof(TripletMarginWithDistanceLoss) => [("distance_function", nameof(PairwiseDistance))],
            _ => [],
        };

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<distance>k__BackingField")]
    private static extern ref DistanceFunctionNative? Distance(TripletMarginWithDistanceLoss loss);
}
