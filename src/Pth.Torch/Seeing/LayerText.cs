using Pth.Torch.Modules;
using TorchSharp.Modules;
using static Pth.Torch.Seeing.PythonText;
using static TorchSharp.torch;

namespace Pth.Torch.Seeing;

/// <summary>What PyTorch prints between the parentheses of its own layers.</summary>
/// <remarks>Source: the output of PyTorch 1.13.1, 2.6.0 and 2.14.1 for each, with which tests compare.</remarks>
internal static partial class LayerText
{
    private const string NotKnown = "?";

    /// <summary>The text; empty for a layer without any, null for a class that is none of PyTorch's.</summary>
    public static string? Of(WalkedModule walked, NativeArguments native, ReprOptions options)
    {
        if (walked.HiddenClass is { } hidden)
        {
            return Hidden(hidden, walked, native, options);
        }
        return Activation(walked.Module, options)
            ?? Convolving(walked.Module)
            ?? Pooling(walked.Module)
            ?? Norm(walked.Module, options)
            ?? Recurrent(walked, native, options)
            ?? Embedded(walked, native, options)
            ?? Other(walked.Module, options)
            ?? (IsWithoutArguments(walked.Module) ? "" : null);
    }

    private static string? Convolving(nn.Module module) =>
        module switch
        {
            Convolution c =>
                $"{c.in_channels}, {c.out_channels}, kernel_size={Tuple(c.kernel_size)}, stride={Tuple(c.stride)}"
                    + (
                        c.padding_type is { } type ? $", padding={Lower(type)}"
                        : c.padding is { } padding && padding.Any(n => n != 0) ? $", padding={Tuple(padding)}"
                        : ""
                    )
                    + Unless(c.dilation.All(n => n == 1), "dilation", Tuple(c.dilation))
                    + (
                        c.output_padding is { } output && output.Any(n => n != 0)
                            ? $", output_padding={Tuple(output)}"
                            : ""
                    )
                    + Unless(c.groups == 1, "groups", $"{c.groups}")
                    + Unless(c.bias is not null, "bias", "False")
                    + Unless(c.padding_mode == TorchSharp.PaddingModes.Zeros, "padding_mode", Lower(c.padding_mode)),
            Unfold u => $"kernel_size={OneOrTuple(u.kernel_size)}, {Steps(u.dilation, u.padding, u.stride)}",
            Fold f => $"output_size={Tuple(f.output_size)}, kernel_size={OneOrTuple(f.kernel_size)}, "
                + Steps(f.dilation, f.padding, f.stride),
            _ => null,
        };

    private static string Steps((long, long) dilation, (long, long) padding, (long, long) stride) =>
        $"dilation={OneOrTuple(dilation)}, padding={OneOrTuple(padding)}, stride={OneOrTuple(stride)}";

    private static string? Norm(nn.Module module, ReprOptions options)
    {
        // The argument came with 2.14; a norm without weights has no bias.
        string Bias(object? bias) => options.Style == ReprStyle.Torch214 ? $", bias={Bool(bias is not null)}" : "";

        return module switch
        {
            NormBase n =>
                $"{n.num_features}, eps={Float(n.eps)}, momentum={(n.momentum is { } m ? Float(m) : "None")}, "
                    + $"affine={Bool(n.affine)}{Bias(n.bias)}, track_running_stats={Bool(n.track_running_stats)}",
            GroupNorm n =>
                $"{n.num_groups}, {(n.weight is { } weight ? $"{weight.shape[0]}" : NotKnown)}, eps={Float(n.eps)}, "
                    + $"affine={Bool(n.affine)}{Bias(n.bias)}",
            LayerNorm n => LayerNormText(n.normalized_shape, n.eps, n.elementwise_affine, n.bias is not null, options),
            LocalResponseNorm n => $"{n.size}, alpha={Float(n.alpha)}, beta={Float(n.beta)}, k={Float(n.k)}",
            _ => null,
        };
    }

    private static string LayerNormText(long[] shape, double eps, bool affine, bool bias, ReprOptions options) =>
        $"{Tuple(shape)}, eps={Float(eps)}, elementwise_affine={Bool(affine)}"
        + (options.Style == ReprStyle.Torch214 ? $", bias={Bool(bias)}" : "");

    private static string? Other(nn.Module module, ReprOptions options) =>
        module switch
        {
            Linear l => LinearText(l.in_features, l.out_features, l.bias is not null),
            Bilinear b =>
                $"in1_features={b.in1_features}, in2_features={b.in2_features}, out_features={b.out_features}, "
                    + $"bias={Bool(b.bias is not null)}",
            Flatten f => $"start_dim={f.start_dim}, end_dim={f.end_dim}",
            Unflatten u => $"dim={u.dim}, unflattened_size={Tuple(u.unflattened_size)}",
            Upsample u => UpsampleText(u, options),
            PixelShuffle p => $"upscale_factor={p.upscale_factor}",
            PixelUnshuffle p => $"downscale_factor={p.downscale_factor}",
            ChannelShuffle c => $"groups={c.groups}",
            ConstantPad1d or ConstantPad2d or ConstantPad3d =>
                $"padding={Tuple(((PadBase)module).padding)}, value={Number(((PadBase)module).value)}",
            PadBase p => Tuple(p.padding),
            ParameterList list => ParameterLines(
                list.Select((parameter, i) => ($"{i}", parameter)),
                parameter => $"torch.{parameter.DTypeName()}"
            ),
            ParameterDict dictionary => ParameterLines(
                ((IEnumerable<(string, Parameter)>)dictionary).Select(entry => entry),
                parameter => parameter.TypeName()
            ),
            _ => null,
        };

    private static string LinearText(long input, long output, bool bias) =>
        $"in_features={input}, out_features={output}, bias={Bool(bias)}";

    private static string UpsampleText(Upsample u, ReprOptions options)
    {
        string size =
            u.scale_factor.Length > 0
                ? $"scale_factor={Factors(u.scale_factor.ToArray())}"
                : $"size={(u.size.Length == 1 ? $"{u.size[0]}" : Tuple(u.size.ToArray()))}";
        return $"{size}, mode={Quoted(Lower(u.mode), options)}";
    }

    private static string Factors(double[] factors) =>
        factors.Distinct().Count() == 1 ? Float(factors[0]) : $"({string.Join(", ", factors.Select(Float))})";

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string ParameterLines(
        IEnumerable<(string Name, Parameter Tensor)> parameters,
        Func<Parameter, string> type
    ) =>
        string.Join(
            '\n',
            parameters.Select(p =>
                $"  ({p.Name}): Parameter containing: [{type(p.Tensor)} of size {string.Join('x', p.Tensor.shape)}"
                + (p.Tensor.device_type == TorchSharp.DeviceType.CUDA ? $" (GPU {p.Tensor.device_index})]" : "]")
            )
        );

    private static bool IsWithoutArguments(nn.Module module) =>
        module
            is Identity
                or CosineSimilarity
                or PairwiseDistance
                or Sequential
                or MultiheadAttention
                or TransformerEncoderLayer
                or TransformerDecoderLayer
                or TransformerEncoder
                or TransformerDecoder
                or Transformer
        || IsGeneric(module, typeof(ModuleList<>))
        || IsGeneric(module, typeof(ModuleDict<>))
        || IsGeneric(module, typeof(TorchSharp.Loss<,,>))
        || IsGeneric(module, typeof(TorchSharp.Loss<,,,>))
        || IsGeneric(module, typeof(TorchSharp.Loss<,,,,>));

    /// <summary>Whether the module is of a generic class or of one derived from it.</summary>
    public static bool IsGeneric(nn.Module module, Type definition)
    {
        for (Type? type = module.GetType(); type is not null; type = type.BaseType)
        {
            if (type.IsGenericType && type.GetGenericTypeDefinition() == definition)
            {
                return true;
            }
        }
        return false;
    }
}
