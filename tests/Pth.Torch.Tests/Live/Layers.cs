using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Pth.Torch.Tests.Live;

/// <summary>Every layer that TorchSharp has, in the forms that differ in what they save.</summary>
internal static class Layers
{
    private const string Rows = "rows";
    private const string Line = "line";
    private const string Image = "image";
    private const string Volume = "volume";
    private const string Words = "words";
    private const string Sequence = "sequence";
    private const string FirstOf = "m(x)[0]";

    public static IReadOnlyList<Layer> WithState { get; } =
    [
        new("nn.Linear(8, 3)", () => Linear(8, 3), Rows),
        new("nn.Linear(8, 3, bias=False)", () => Linear(8, 3, hasBias: false), Rows),
        new("nn.Linear(8, 2, dtype=torch.float64)", () => Linear(8, 2, dtype: ScalarType.Float64), null),
        new("nn.Linear(8, 2, dtype=torch.bfloat16)", () => Linear(8, 2, dtype: ScalarType.BFloat16), null),
        new("nn.Linear(8, 2).half()", () => Linear(8, 2).to(ScalarType.Float16), null),
        new(
            "nn.Bilinear(8, 8, 3)",
            () => Bilinear(8, 8, 3),
            Rows,
            "m(x, x)",
            (module, x) => ((Bilinear)module).call(x, x)
        ),
        new("nn.Conv1d(4, 6, 3)", () => Conv1d(4, 6, 3), Line),
        new(
            "nn.Conv1d(4, 6, 3, padding=2, dilation=2, groups=2, bias=False)",
            () => Conv1d(4, 6, 3, padding: 2, dilation: 2, groups: 2, bias: false),
            Line
        ),
        new("nn.Conv2d(4, 5, 3, stride=2, padding=1)", () => Conv2d(4, 5, 3, stride: 2, padding: 1), Image),
        new("nn.Conv2d(4, 2, (1, 3), bias=False)", () => Conv2d(4, 2, (1, 3), bias: false), Image),
        new(
            "nn.Conv2d(4, 2, 3, padding=1, padding_mode='reflect')",
            () => Conv2d(4, 2, 3, padding: 1, padding_mode: PaddingModes.Reflect),
            Image
        ),
        new("nn.Conv2d(4, 2, 3, padding='same')", () => Conv2d(4, 2, 3, Padding.Same), Image),
        new("nn.Conv3d(4, 2, 2)", () => Conv3d(4, 2, 2), Volume),
        new("nn.ConvTranspose1d(4, 3, 2, stride=2)", () => ConvTranspose1d(4, 3, 2, stride: 2), Line),
        new(
            "nn.ConvTranspose2d(4, 3, 3, stride=2, padding=1, output_padding=1)",
            () => ConvTranspose2d(4, 3, 3, stride: 2, padding: 1, output_padding: 1),
            Image
        ),
        // Not run: the oneDNN in libtorch 2.10.0 gives wrong numbers.
        new("nn.ConvTranspose3d(4, 2, 2, bias=False)", () => ConvTranspose3d(4, 2, 2, bias: false), null),
        new("nn.BatchNorm1d(4)", () => BatchNorm1d(4), Line),
        new("nn.BatchNorm2d(4)", () => BatchNorm2d(4), Image),
        new("nn.BatchNorm2d(4, affine=False)", () => BatchNorm2d(4, affine: false), Image),
        new("nn.BatchNorm2d(4, track_running_stats=False)", () => BatchNorm2d(4, track_running_stats: false), Image),
        new("nn.BatchNorm3d(4, eps=1e-3)", () => BatchNorm3d(4, eps: 1e-3), Volume),
        new("nn.InstanceNorm1d(4)", () => InstanceNorm1d(4), Line),
        new(
            "nn.InstanceNorm2d(4, affine=True, track_running_stats=True)",
            () => InstanceNorm2d(4, affine: true, track_running_stats: true),
            Image
        ),
        new("nn.InstanceNorm3d(4, affine=True)", () => InstanceNorm3d(4, affine: true), Volume),
        new("nn.GroupNorm(2, 4)", () => GroupNorm(2, 4), Image),
        new("nn.LayerNorm(8)", () => LayerNorm(8), Rows),
        new(
            "nn.LayerNorm([8, 8], elementwise_affine=False)",
            () => LayerNorm([8, 8], elementwise_affine: false),
            Image
        ),
        new("nn.PReLU()", () => PReLU(1), Image),
        new("nn.PReLU(4)", () => PReLU(4), Image),
        new("nn.Embedding(10, 4)", () => Embedding(10, 4), Words),
        new("nn.Embedding(10, 4, padding_idx=1)", () => Embedding(10, 4, padding_idx: 1), Words),
        new(
            "nn.EmbeddingBag(10, 4)",
            () => EmbeddingBag(10, 4),
            Words,
            "m(x)",
            (module, x) => ((EmbeddingBag)module).call(x, null!, null!)
        ),
        new("nn.RNN(8, 3)", () => RNN(8, 3), Sequence, FirstOf, (module, x) => ((RNN)module).call(x).Item1),
        new(
            "nn.LSTM(8, 3, 2, bidirectional=True)",
            () => LSTM(8, 3, 2, bidirectional: true),
            Sequence,
            FirstOf,
            (module, x) => ((LSTM)module).call(x).Item1
        ),
        new(
            "nn.LSTM(8, 3, bias=False)",
            () => LSTM(8, 3, bias: false),
            Sequence,
            FirstOf,
            (module, x) => ((LSTM)module).call(x).Item1
        ),
        new(
            "nn.GRU(8, 3, batch_first=True)",
            () => GRU(8, 3, batchFirst: true),
            Sequence,
            FirstOf,
            (module, x) => ((GRU)module).call(x).Item1
        ),
        new(
            "nn.RNNCell(8, 3)",
            () => RNNCell(8, 3),
            Rows,
            "m(x)",
            (module, x) => ((RNNCell)module).call(x, zeros(3, 3))
        ),
        new(
            "nn.LSTMCell(8, 3)",
            () => LSTMCell(8, 3),
            Rows,
            FirstOf,
            (module, x) => ((LSTMCell)module).call(x, (zeros(3, 3), zeros(3, 3))).Item1
        ),
        new(
            "nn.GRUCell(8, 3, bias=False)",
            () => GRUCell(8, 3, bias: false),
            Rows,
            "m(x)",
            (module, x) => ((GRUCell)module).call(x, zeros(3, 3))
        ),
        new("nn.MultiheadAttention(8, 2)", () => MultiheadAttention(8, 2), Sequence, "m(x, x, x)[0]", Attend),
        new(
            "nn.MultiheadAttention(8, 2, bias=False)",
            () => MultiheadAttention(8, 2, bias: false),
            Sequence,
            "m(x, x, x)[0]",
            Attend
        ),
        new(
            "nn.MultiheadAttention(8, 2, add_bias_kv=True)",
            () => MultiheadAttention(8, 2, add_bias_kv: true),
            Sequence,
            "m(x, x, x)[0]",
            Attend
        ),
        new("nn.MultiheadAttention(8, 2, kdim=3, vdim=5)", () => MultiheadAttention(8, 2, kdim: 3, vdim: 5), null),
        new(
            "nn.TransformerEncoderLayer(8, 2, 16)",
            () => TransformerEncoderLayer(8, 2, 16),
            Sequence,
            "m(x)",
            (module, x) => ((TransformerEncoderLayer)module).call(x)
        ),
        new(
            "nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16), 2)",
            () => TransformerEncoder(TransformerEncoderLayer(8, 2, 16), 2),
            Sequence,
            "m(x)",
            (module, x) => ((TransformerEncoder)module).call(x)
        ),
        new(
            "nn.TransformerDecoderLayer(8, 2, 16)",
            () => TransformerDecoderLayer(8, 2, 16),
            Sequence,
            "m(x, x)",
            (module, x) => ((TransformerDecoderLayer)module).call(x, x)
        ),
        new(
            "nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 16), 2)",
            () => TransformerDecoder(TransformerDecoderLayer(8, 2, 16), 2),
            Sequence,
            "m(x, x)",
            (module, x) => ((TransformerDecoder)module).call(x, x)
        ),
        new(
            "nn.Transformer(8, 2, 1, 2, 16)",
            () => Transformer(8, 2, 1, 2, 16),
            Sequence,
            "m(x, x)",
            (module, x) => ((Transformer)module).call(x, x)
        ),
        new(
            "nn.ParameterList([nn.Parameter(torch.zeros(2, 3)), nn.Parameter(torch.zeros(()))])",
            () => ParameterList(new Parameter(zeros(2, 3)), new Parameter(zeros([]))),
            null
        ),
        new(
            "nn.ParameterDict([('z', nn.Parameter(torch.zeros(2))), ('a', nn.Parameter(torch.zeros(0, 3)))])",
            () => ParameterDict(("z", new Parameter(zeros(2))), ("a", new Parameter(zeros(0, 3)))),
            null
        ),
    ];

    public static IReadOnlyList<Layer> WithoutState { get; } =
    [
        new("nn.ReLU()", () => ReLU(), Image),
        new("nn.ReLU6()", () => ReLU6(), Image),
        new("nn.LeakyReLU(0.1)", () => LeakyReLU(0.1), Image),
        new("nn.RReLU()", () => RReLU(), Image),
        new("nn.ELU()", () => ELU(), Image),
        new("nn.CELU()", () => CELU(), Image),
        new("nn.SELU()", () => SELU(), Image),
        new("nn.GELU()", () => GELU(), Image),
        new("nn.SiLU()", () => SiLU(), Image),
        new("nn.Mish()", () => Mish(), Image),
        new("nn.GLU()", () => GLU(), Image),
        new("nn.Hardshrink()", () => Hardshrink(), Image),
        new("nn.Hardsigmoid()", () => Hardsigmoid(), Image),
        new("nn.Hardswish()", () => Hardswish(), Image),
        // Not run: TorchSharp 0.107.0 gives back its input.
        new("nn.Hardtanh()", () => Hardtanh(), null),
        new("nn.LogSigmoid()", () => LogSigmoid(), Image),
        new("nn.Sigmoid()", () => Sigmoid(), Image),
        new("nn.Softplus()", () => Softplus(), Image),
        new("nn.Softshrink()", () => Softshrink(), Image),
        new("nn.Softsign()", () => Softsign(), Image),
        new("nn.Tanh()", () => Tanh(), Image),
        new("nn.Tanhshrink()", () => Tanhshrink(), Image),
        new("nn.Threshold(0.1, 2.0)", () => Threshold(0.1, 2), Image),
        new("nn.Softmax(1)", () => Softmax(1), Image),
        new("nn.Softmin(1)", () => Softmin(1), Image),
        new("nn.Softmax2d()", () => Softmax2d(), Image),
        new("nn.LogSoftmax(1)", () => LogSoftmax(1), Image),
        new("nn.Identity()", () => Identity(), Image),
        new("nn.Flatten()", () => Flatten(), Image),
        new("nn.Unflatten(1, (2, 2))", () => Unflatten(1, [2, 2]), Image),
        new("nn.Dropout()", () => Dropout(), Image),
        new("nn.Dropout2d()", () => Dropout2d(), Image),
        new("nn.Dropout3d()", () => Dropout3d(), Volume),
        new("nn.AlphaDropout()", () => AlphaDropout(), Image),
        new("nn.MaxPool1d(2)", () => MaxPool1d(2), Line),
        new("nn.MaxPool2d(3, 2, 1)", () => MaxPool2d(3, 2, 1), Image),
        new("nn.MaxPool3d(2)", () => MaxPool3d(2), Volume),
        new("nn.AvgPool1d(2)", () => AvgPool1d(2), Line),
        new("nn.AvgPool2d(1, 1)", () => AvgPool2d(1, 1), Image),
        new("nn.AvgPool3d(2)", () => AvgPool3d(2), Volume),
        new("nn.LPPool1d(2, 2)", () => LPPool1d(2, 2), Line),
        new("nn.LPPool2d(2, 2)", () => LPPool2d(2, 2), Image),
        new("nn.AdaptiveAvgPool1d(3)", () => AdaptiveAvgPool1d(3), Line),
        new("nn.AdaptiveAvgPool2d((3, 2))", () => AdaptiveAvgPool2d((3, 2)), Image),
        new("nn.AdaptiveAvgPool3d(2)", () => AdaptiveAvgPool3d(2), Volume),
        new("nn.AdaptiveMaxPool2d((3, 2))", () => AdaptiveMaxPool2d([3, 2]), Image),
        new("nn.ZeroPad2d(1)", () => ZeroPad2d(1), Image),
        new("nn.ConstantPad2d(1, 0.5)", () => ConstantPad2d(1, 0.5), Image),
        new("nn.ReflectionPad2d(1)", () => ReflectionPad2d(1), Image),
        new("nn.ReplicationPad3d(1)", () => ReplicationPad3d(1), Volume),
        new("nn.PixelShuffle(2)", () => PixelShuffle(2), Image),
        new("nn.PixelUnshuffle(2)", () => PixelUnshuffle(2), Image),
        new("nn.ChannelShuffle(2)", () => ChannelShuffle(2), Image),
        new("nn.LocalResponseNorm(2)", () => LocalResponseNorm(2), Image),
        new("nn.Unfold(2)", () => Unfold(2), Image),
        new("nn.Upsample(scale_factor=2)", () => Upsample(scale_factor: [2, 2]), Image),
        new("nn.CosineSimilarity()", () => CosineSimilarity(), null),
        new("nn.PairwiseDistance()", () => PairwiseDistance(), null),
        new("nn.MSELoss()", () => MSELoss(), null),
        new("nn.CrossEntropyLoss()", () => CrossEntropyLoss(), null),
    ];

    private static Tensor Attend(nn.Module module, Tensor x) => ((MultiheadAttention)module).call(x, x, x).Item1;
}
