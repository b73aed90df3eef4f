using System.Collections.Frozen;

namespace Pth.StateDicts;

/// <summary>What PyTorch 2.14 prints in the brackets of its own classes (their <c>extra_repr</c>), from the attributes in a pickle.</summary>
internal static class ModuleArguments
{
    private static readonly string[] Zeros = ["(0,)", "(0, 0)", "(0, 0, 0)"];
    private static readonly string[] Ones = ["(1,)", "(1, 1)", "(1, 1, 1)"];

    private static readonly Part[] Inplace = [Named("inplace", "False")];
    private static readonly Part[] Padding = [Value("padding")];
    private static readonly Part[] Dim = [Named("dim")];
    private static readonly Part[] OutputSize = [Named("output_size")];
    private static readonly Part[] Dropout = [Named("p"), Named("inplace")];

    private static readonly Part[] Convolution =
    [
        Value("in_channels"),
        Value("out_channels"),
        Named("kernel_size"),
        Named("stride"),
        Named("padding", Zeros),
        Named("dilation", Ones),
        Named("output_padding", Zeros),
        Named("groups", "1"),
        Parameter("bias", "True"),
        Named("padding_mode", "zeros"),
    ];

    private static readonly Part[] BatchNorm =
    [
        Value("num_features"),
        Named("eps"),
        Named("momentum"),
        Named("affine"),
        Parameter("bias"),
        Named("track_running_stats"),
    ];

    private static readonly Part[] AveragePool = [Named("kernel_size"), Named("stride"), Named("padding")];

    private static readonly Part[] MaxPool =
    [
        Named("kernel_size"),
        Named("stride"),
        Named("padding"),
        Named("dilation"),
        Named("ceil_mode"),
    ];

    private static readonly Part[] Recurrent =
    [
        Value("input_size"),
        Value("hidden_size"),
        Named("proj_size", "0"),
        Named("num_layers", "1"),
        Named("bias", "True"),
        Named("batch_first", "False"),
        Named("dropout", "0", "0.0"),
        Named("bidirectional", "False"),
    ];

    private static readonly Part[] RecurrentCell =
    [
        Value("input_size"),
        Value("hidden_size"),
        Named("bias", "True"),
        Named("nonlinearity", "tanh"),
    ];

    private static readonly Part[] Linear = [Named("in_features"), Named("out_features"), Parameter("bias")];
    private static readonly Part[] ResponseNorm = [Value("size"), Named("alpha"), Named("beta"), Named("k")];
    private static readonly Part[] Upsample = [Quoted("scale_factor", "None"), Quoted("size", "None"), Quoted("mode")];

    private static readonly FrozenDictionary<string, Part[]> ByClass = new Dictionary<string, Part[]>(
        StringComparer.Ordinal
    )
    {
        ["Linear"] = Linear,
        ["NonDynamicallyQuantizableLinear"] = Linear,
        ["LazyLinear"] = Linear,
        ["Bilinear"] = [Named("in1_features"), Named("in2_features"), Named("out_features"), Parameter("bias")],
        ["Conv1d"] = Convolution,
        ["Conv2d"] = Convolution,
        ["Conv3d"] = Convolution,
        ["ConvTranspose1d"] = Convolution,
        ["ConvTranspose2d"] = Convolution,
        ["ConvTranspose3d"] = Convolution,
        ["BatchNorm1d"] = BatchNorm,
        ["BatchNorm2d"] = BatchNorm,
        ["BatchNorm3d"] = BatchNorm,
        ["SyncBatchNorm"] = BatchNorm,
        ["InstanceNorm1d"] = BatchNorm,
        ["InstanceNorm2d"] = BatchNorm,
        ["InstanceNorm3d"] = BatchNorm,
        ["GroupNorm"] = [Value("num_groups"), Value("num_channels"), Named("eps"), Named("affine"), Parameter("bias")],
        ["LayerNorm"] = [Value("normalized_shape"), Named("eps"), Named("elementwise_affine"), Parameter("bias")],
        ["RMSNorm"] = [Value("normalized_shape"), Named("eps"), Named("elementwise_affine")],
        ["LocalResponseNorm"] = ResponseNorm,
        ["CrossMapLRN2d"] = ResponseNorm,
        ["Embedding"] =
        [
            Value("num_embeddings"),
            Value("embedding_dim"),
            Named("padding_idx", "None"),
            Named("max_norm", "None"),
            Named("norm_type", "2", "2.0"),
            Named("scale_grad_by_freq", "False"),
            Named("sparse", "False"),
        ],
        ["EmbeddingBag"] =
        [
            Value("num_embeddings"),
            Value("embedding_dim"),
            Named("max_norm", "None"),
            Named("norm_type", "2", "2.0"),
            Named("scale_grad_by_freq", "False"),
            Quoted("mode"),
            Named("padding_idx", "None"),
        ],
        ["RNN"] = Recurrent,
        ["LSTM"] = Recurrent,
        ["GRU"] = Recurrent,
        ["RNNCell"] = RecurrentCell,
        ["LSTMCell"] = RecurrentCell,
        ["GRUCell"] = RecurrentCell,
        ["Dropout"] = Dropout,
        ["Dropout1d"] = Dropout,
        ["Dropout2d"] = Dropout,
        ["Dropout3d"] = Dropout,
        ["AlphaDropout"] = Dropout,
        ["FeatureAlphaDropout"] = Dropout,
        ["ReLU"] = Inplace,
        ["ReLU6"] = Inplace,
        ["SELU"] = Inplace,
        ["SiLU"] = Inplace,
        ["Mish"] = Inplace,
        ["ELU"] = [Named("alpha"), .. Inplace],
        ["CELU"] = [Named("alpha"), .. Inplace],
        ["LeakyReLU"] = [Named("negative_slope"), .. Inplace],
        ["RReLU"] = [Named("lower"), Named("upper"), .. Inplace],
        ["Hardtanh"] = [Named("min_val"), Named("max_val"), .. Inplace],
        ["Threshold"] = [Named("threshold"), Named("value"), .. Inplace],
        ["PReLU"] = [Named("num_parameters")],
        ["GELU"] = [Quoted("approximate")],
        ["GLU"] = Dim,
        ["Softmax"] = Dim,
        ["Softmin"] = Dim,
        ["LogSoftmax"] = Dim,
        ["Softplus"] = [Named("beta"), Named("threshold")],
        ["Softshrink"] = [Value("lambd")],
        ["Hardshrink"] = [Value("lambd")],
        ["MaxPool1d"] = MaxPool,
        ["MaxPool2d"] = MaxPool,
        ["MaxPool3d"] = MaxPool,
        ["MaxUnpool1d"] = AveragePool,
        ["MaxUnpool2d"] = AveragePool,
        ["MaxUnpool3d"] = AveragePool,
        ["AvgPool1d"] = AveragePool,
        ["AvgPool2d"] = AveragePool,
        ["AvgPool3d"] = AveragePool,
        ["LPPool1d"] = [Named("norm_type"), Named("kernel_size"), Named("stride"), Named("ceil_mode")],
        ["LPPool2d"] = [Named("norm_type"), Named("kernel_size"), Named("stride"), Named("ceil_mode")],
        ["LPPool3d"] = [Named("norm_type"), Named("kernel_size"), Named("stride"), Named("ceil_mode")],
        ["AdaptiveAvgPool1d"] = OutputSize,
        ["AdaptiveAvgPool2d"] = OutputSize,
        ["AdaptiveAvgPool3d"] = OutputSize,
        ["AdaptiveMaxPool1d"] = OutputSize,
        ["AdaptiveMaxPool2d"] = OutputSize,
        ["AdaptiveMaxPool3d"] = OutputSize,
        ["Flatten"] = [Named("start_dim"), Named("end_dim")],
        ["Unflatten"] = [Named("dim"), Named("unflattened_size")],
        ["Fold"] = [Named("output_size"), Named("kernel_size"), Named("dilation"), Named("padding"), Named("stride")],
        ["Unfold"] = [Named("kernel_size"), Named("dilation"), Named("padding"), Named("stride")],
        ["Upsample"] = Upsample,
        ["UpsamplingNearest2d"] = Upsample,
        ["UpsamplingBilinear2d"] = Upsample,
        ["PixelShuffle"] = [Named("upscale_factor")],
        ["PixelUnshuffle"] = [Named("downscale_factor")],
        ["ChannelShuffle"] = [Named("groups")],
        ["ZeroPad1d"] = Padding,
        ["ZeroPad2d"] = Padding,
        ["ZeroPad3d"] = Padding,
        ["ReflectionPad1d"] = Padding,
        ["ReflectionPad2d"] = Padding,
        ["ReflectionPad3d"] = Padding,
        ["ReplicationPad1d"] = Padding,
        ["ReplicationPad2d"] = Padding,
        ["ReplicationPad3d"] = Padding,
        ["CircularPad1d"] = Padding,
        ["CircularPad2d"] = Padding,
        ["CircularPad3d"] = Padding,
        ["ConstantPad1d"] = [Named("padding"), Named("value")],
        ["ConstantPad2d"] = [Named("padding"), Named("value")],
        ["ConstantPad3d"] = [Named("padding"), Named("value")],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The text between the brackets; empty for other classes. An attribute that an older PyTorch did not have is left out.</summary>
    public static string Of(ModuleObject module)
    {
        if (
            module.Class is not { } global
            || !global.Module.StartsWith("torch.nn.", StringComparison.Ordinal)
            || !ByClass.TryGetValue(global.Name, out Part[]? parts)
        )
        {
            return "";
        }
        return string.Join(", ", parts.Select(part => part.Print(module)).Where(text => text.Length > 0));
    }

    private static Part Value(string attribute) => new(attribute, "", PartKind.Attribute, []);

    private static Part Named(string attribute, params string[] omitted) =>
        new(attribute, $"{attribute}=", PartKind.Attribute, omitted);

    private static Part Quoted(string attribute, params string[] omitted) =>
        new(attribute, $"{attribute}=", PartKind.QuotedAttribute, omitted);

    private static Part Parameter(string name, params string[] omitted) =>
        new(name, $"{name}=", PartKind.Parameter, omitted);

    private enum PartKind
    {
        Attribute,
        QuotedAttribute,

        // True or False: whether the module has a parameter of this name.
        Parameter,
    }

    private sealed record Part(string Name, string Label, PartKind Kind, string[] Omitted)
    {
        public string Print(ModuleObject module)
        {
            string? text = Kind switch
            {
                PartKind.Parameter => module.Parameters.TryGetValue(Name, out PyValue? parameter)
                && parameter is not PyNone
                    ? "True"
                    : "False",
                PartKind.QuotedAttribute => module.Instance.GetAttribute(Name) is { } value
                    ? PythonRepr.Repr(value)
                    : null,
                _ => module.Instance.GetAttribute(Name) is { } value ? PythonRepr.Str(value) : null,
            };
            return text is null || Omitted.Contains(text) ? "" : Label + text;
        }
    }
}
