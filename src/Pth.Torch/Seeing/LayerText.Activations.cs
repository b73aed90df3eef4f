using TorchSharp.Modules;
using static Pth.Torch.Seeing.PythonText;
using static TorchSharp.torch;

namespace Pth.Torch.Seeing;

internal static partial class LayerText
{
    private static string? Activation(nn.Module module, ReprOptions options) =>
        module switch
        {
            ReLU r => InPlace(r.inplace),
            ReLU6 r => InPlace(r.inplace),
            SELU s => InPlace(s.inplace),
            SiLU s => InPlace(s.inplace),
            Mish m => InPlace(m.inplace),
            ELU e => $"alpha={Float(e.alpha)}{AndInPlace(e.inplace)}",
            CELU c => $"alpha={Float(c.alpha)}{AndInPlace(c.inplace)}",
            LeakyReLU l => $"negative_slope={Float(l.negative_slope)}{AndInPlace(l.inplace)}",
            RReLU r => $"lower={Float(r.lower)}, upper={Float(r.upper)}{AndInPlace(r.inplace)}",
            PReLU p => $"num_parameters={p.num_parameters}",
            GELU g => $"approximate='{g.approximate}'",
            GLU g => $"dim={g.dim}",
            Hardtanh h => $"min_val={Float(h.min_val)}, max_val={Float(h.max_val)}{AndInPlace(h.inplace)}",
            Hardshrink h => Float(h.lambda),
            Softshrink s => Float(s.lambda),
            // Its defaults were whole numbers once.
            Softplus s when options.Style == ReprStyle.Torch113 =>
                $"beta={Number(s.beta)}, threshold={Number(s.threshold)}",
            Softplus s => $"beta={Float(s.beta)}, threshold={Float(s.threshold)}",
            Threshold t => $"threshold={Number(t.threshold)}, value={Number(t.value)}{AndInPlace(t.inplace)}",
            Softmax s => $"dim={s.dim}",
            Softmin s => $"dim={s.dim}",
            LogSoftmax s => $"dim={s.dim}",
            Dropout d => DropoutText(d.p, d.inplace),
            Dropout1d d => DropoutText(d.p, d.inplace),
            Dropout2d d => DropoutText(d.p, d.inplace),
            Dropout3d d => DropoutText(d.p, d.inplace),
            AlphaDropout d => DropoutText(d.p, d.inplace),
            FeatureAlphaDropout d => DropoutText(d.p, d.inplace),
            // PyTorch does not print that the last two work in place, and the others cannot there.
            Sigmoid or Tanh or Tanhshrink or Softsign or LogSigmoid or Softmax2d or Hardswish or Hardsigmoid => "",
            _ => null,
        };

    private static string DropoutText(double p, bool inplace) => $"p={Float(p)}, inplace={Bool(inplace)}";

    private static string InPlace(bool inplace) => inplace ? "inplace=True" : "";

    private static string AndInPlace(bool inplace) => inplace ? ", inplace=True" : "";
}
