using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Pth.Torch.Tests.Seeing;

/// <summary>Every layer that TorchSharp makes, and the same in Python.</summary>
internal static class Layers
{
    public static IReadOnlyList<(string Python, Func<Module> Make)> All { get; } =
    [
        ("nn.Linear(3, 4)", () => Linear(3, 4)),
        ("nn.Linear(3, 4, bias=False)", () => Linear(3, 4, hasBias: false)),
        ("nn.Bilinear(2, 3, 4)", () => Bilinear(2, 3, 4)),
        ("nn.Bilinear(2, 3, 4, bias=False)", () => Bilinear(2, 3, 4, hasBias: false)),
        ("nn.Identity()", () => Identity()),
        ("nn.Conv1d(3, 4, 3)", () => Conv1d(3, 4, 3)),
        ("nn.Conv1d(4, 6, 3, padding='valid', groups=2)", () => Conv1d(4, 6, 3, Padding.Valid, groups: 2)),
        (
            "nn.Conv1d(4, 6, 3, padding=1, padding_mode='circular')",
            () => Conv1d(4, 6, 3, padding: 1, padding_mode: PaddingModes.Circular)
        ),
        ("nn.Conv2d(3, 4, 3)", () => Conv2d(3, 4, 3)),
        (
            "nn.Conv2d(3, 4, (3, 5), stride=2, padding=1, dilation=2, bias=False)",
            () => Conv2d(3, 4, (3, 5), stride: (2, 2), padding: (1, 1), dilation: (2, 2), bias: false)
        ),
        (
            "nn.Conv2d(4, 4, 3, padding='same', groups=4, padding_mode='reflect')",
            () => Conv2d(4, 4, 3, Padding.Same, padding_mode: PaddingModes.Reflect, groups: 4)
        ),
        (
            "nn.Conv2d(4, 4, (1, 3), padding=(0, 1), stride=(1, 2))",
            () => Conv2d(4, 4, (1, 3), padding: (0, 1), stride: (1, 2))
        ),
        (
            "nn.Conv3d(3, 4, 3, padding=1, padding_mode='replicate')",
            () => Conv3d(3, 4, 3, padding: 1, padding_mode: PaddingModes.Replicate)
        ),
        (
            "nn.ConvTranspose1d(4, 6, 3, stride=2, output_padding=1)",
            () => ConvTranspose1d(4, 6, 3, stride: 2, output_padding: 1)
        ),
        (
            "nn.ConvTranspose2d(3, 4, 3, stride=2, output_padding=1)",
            () => ConvTranspose2d(3, 4, 3, stride: 2, output_padding: 1)
        ),
        (
            "nn.ConvTranspose3d(4, 6, 3, dilation=2, bias=False)",
            () => ConvTranspose3d(4, 6, 3, dilation: 2, bias: false)
        ),
        ("nn.BatchNorm1d(4)", () => BatchNorm1d(4)),
        (
            "nn.BatchNorm2d(4, eps=1e-3, momentum=0.01, affine=False, track_running_stats=False)",
            () => BatchNorm2d(4, eps: 1e-3, momentum: 0.01, affine: false, track_running_stats: false)
        ),
        ("nn.BatchNorm3d(3)", () => BatchNorm3d(3)),
        (
            "nn.InstanceNorm1d(3, affine=True, track_running_stats=True)",
            () => InstanceNorm1d(3, affine: true, track_running_stats: true)
        ),
        ("nn.InstanceNorm2d(4)", () => InstanceNorm2d(4)),
        ("nn.InstanceNorm3d(3, momentum=0.2)", () => InstanceNorm3d(3, momentum: 0.2)),
        ("nn.GroupNorm(2, 4)", () => GroupNorm(2, 4)),
        ("nn.LayerNorm(4)", () => LayerNorm(4)),
        (
            "nn.LayerNorm((4, 5), eps=1e-6, elementwise_affine=False)",
            () => LayerNorm([4, 5], eps: 1e-6, elementwise_affine: false)
        ),
        ("nn.LocalResponseNorm(2)", () => LocalResponseNorm(2)),
        ("nn.LocalResponseNorm(2, 0.001, 0.5, 2.0)", () => LocalResponseNorm(2, 0.001, 0.5, 2.0)),
        ("nn.Embedding(10, 3)", () => Embedding(10, 3)),
        (
            "nn.Embedding(10, 3, padding_idx=-1, max_norm=0.1, norm_type=1.5, scale_grad_by_freq=True, sparse=True)",
            () =>
                Embedding(10, 3, padding_idx: 9, max_norm: 0.1, norm_type: 1.5, scale_grad_by_freq: true, sparse: true)
        ),
        ("nn.EmbeddingBag(10, 3)", () => EmbeddingBag(10, 3)),
        (
            "nn.EmbeddingBag(10, 3, max_norm=2.0, norm_type=1.0, mode='sum', padding_idx=2)",
            () => EmbeddingBag(10, 3, max_norm: 2, norm_type: 1, mode: EmbeddingBagMode.Sum, padding_index: 2)
        ),
        ("nn.EmbeddingBag(10, 3, mode='max')", () => EmbeddingBag(10, 3, mode: EmbeddingBagMode.Max)),
        ("nn.Dropout()", () => Dropout()),
        ("nn.Dropout(0.1, inplace=True)", () => Dropout(0.1, inplace: true)),
        ("nn.Dropout1d(0.2)", () => Dropout1d(0.2)),
        ("nn.Dropout2d(0.2)", () => Dropout2d(0.2)),
        ("nn.Dropout3d(0.2)", () => Dropout3d(0.2)),
        ("nn.AlphaDropout(0.3)", () => AlphaDropout(0.3)),
        ("nn.FeatureAlphaDropout(0.2)", () => FeatureAlphaDropout(0.2)),
        ("nn.ReLU()", () => ReLU()),
        ("nn.ReLU(inplace=True)", () => ReLU(inplace: true)),
        ("nn.ReLU6(inplace=True)", () => ReLU6(inplace: true)),
        ("nn.LeakyReLU()", () => LeakyReLU()),
        ("nn.LeakyReLU(0.2, inplace=True)", () => LeakyReLU(0.2, inplace: true)),
        ("nn.PReLU(3)", () => PReLU(3)),
        ("nn.RReLU()", () => RReLU()),
        ("nn.RReLU(0.1, 0.3, inplace=True)", () => RReLU(0.1, 0.3, inplace: true)),
        ("nn.ELU(1.5, inplace=True)", () => ELU(1.5, inplace: true)),
        ("nn.CELU()", () => CELU()),
        ("nn.CELU(1.5, inplace=True)", () => CELU(1.5, inplace: true)),
        ("nn.SELU(inplace=True)", () => SELU(inplace: true)),
        ("nn.GELU()", () => GELU()),
        ("nn.GELU(approximate='tanh')", () => GELU(TorchSharp.Modules.GELU.Approximate.tanh)),
        ("nn.SiLU()", () => SiLU()),
        ("nn.SiLU(inplace=True)", () => SiLU(inplace: true)),
        ("nn.Mish()", () => Mish()),
        ("nn.Mish(inplace=True)", () => Mish(inplace: true)),
        ("nn.Sigmoid()", () => Sigmoid()),
        ("nn.Tanh()", () => Tanh()),
        ("nn.Tanhshrink()", () => Tanhshrink()),
        ("nn.Softsign()", () => Softsign()),
        ("nn.LogSigmoid()", () => LogSigmoid()),
        ("nn.Hardtanh()", () => Hardtanh()),
        ("nn.Hardtanh(-2.5, 2.5, inplace=True)", () => Hardtanh(-2.5, 2.5, inplace: true)),
        ("nn.Hardswish(inplace=True)", () => Hardswish(inplace: true)),
        ("nn.Hardsigmoid(inplace=True)", () => Hardsigmoid(inplace: true)),
        ("nn.Softplus()", () => Softplus()),
        ("nn.Softshrink()", () => Softshrink()),
        ("nn.Hardshrink(0.25)", () => Hardshrink(0.25)),
        ("nn.Threshold(0.1, 20)", () => Threshold(0.1, 20)),
        ("nn.Threshold(0.5, 0.25, inplace=True)", () => Threshold(0.5, 0.25, inplace: true)),
        ("nn.GLU()", () => GLU()),
        ("nn.Softmax(dim=1)", () => Softmax(1)),
        ("nn.Softmax2d()", () => Softmax2d()),
        ("nn.Softmin(1)", () => Softmin(1)),
        ("nn.LogSoftmax(dim=-1)", () => LogSoftmax(-1)),
        ("nn.MaxPool1d(2)", () => MaxPool1d(2)),
        ("nn.MaxPool2d(2)", () => MaxPool2d(2)),
        (
            "nn.MaxPool2d((3, 2), stride=(2, 1), padding=1, ceil_mode=True)",
            () => MaxPool2d([3, 2], stride: [2, 1], padding: [1, 1], ceil_mode: true)
        ),
        ("nn.MaxPool3d((1, 2, 3))", () => MaxPool3d([1, 2, 3])),
        ("nn.AvgPool1d(2)", () => AvgPool1d(2)),
        ("nn.AvgPool1d(3, 2, 1)", () => AvgPool1d(3, 2, 1)),
        ("nn.AvgPool2d(2)", () => AvgPool2d(2)),
        ("nn.AvgPool3d((1, 2, 3), 2)", () => AvgPool3d([1, 2, 3], [2, 2, 2])),
        ("nn.LPPool1d(2, 3)", () => LPPool1d(2, 3)),
        ("nn.LPPool2d(2, 3, 2)", () => LPPool2d(2, 3, 2)),
        ("nn.LPPool2d(1.5, (3, 2), (2, 1), ceil_mode=True)", () => LPPool2d(1.5, [3, 2], [2, 1], ceil_mode: true)),
        ("nn.MaxUnpool1d(2)", () => MaxUnpool1d(2)),
        ("nn.MaxUnpool2d((3, 2), (2, 1), (1, 0))", () => MaxUnpool2d([3, 2], [2, 1], [1, 0])),
        ("nn.MaxUnpool3d(2)", () => MaxUnpool3d(2)),
        ("nn.AdaptiveAvgPool1d(3)", () => AdaptiveAvgPool1d(3)),
        ("nn.AdaptiveAvgPool2d(1)", () => AdaptiveAvgPool2d(1)),
        ("nn.AdaptiveAvgPool3d((1, 2, 3))", () => AdaptiveAvgPool3d([1, 2, 3])),
        ("nn.AdaptiveMaxPool1d(3)", () => AdaptiveMaxPool1d(3)),
        ("nn.AdaptiveMaxPool2d((2, 3))", () => AdaptiveMaxPool2d([2, 3])),
        ("nn.AdaptiveMaxPool3d(2)", () => WithOutputSize(AdaptiveMaxPool3d([2, 2, 2]))),
        ("nn.FractionalMaxPool2d(3, (13, 12))", () => FractionalMaxPool2d((3, 3), (13, 12))),
        ("nn.FractionalMaxPool3d(3, (13, 12, 11))", () => FractionalMaxPool3d((3, 3, 3), (13, 12, 11))),
        ("nn.Flatten()", () => Flatten()),
        ("nn.Unflatten(1, (2, 2))", () => Unflatten(1, [2, 2])),
        ("nn.Upsample(scale_factor=2)", () => Upsample(scale_factor: [2, 2])),
        (
            "nn.Upsample(size=(4, 4), mode='bilinear', align_corners=True)",
            () => Upsample(size: [4, 4], mode: UpsampleMode.Bilinear, align_corners: true)
        ),
        (
            "nn.Upsample(scale_factor=(2.0, 3.0), mode='bicubic')",
            () => Upsample(scale_factor: [2, 3], mode: UpsampleMode.Bicubic)
        ),
        ("nn.PixelShuffle(2)", () => PixelShuffle(2)),
        ("nn.PixelUnshuffle(3)", () => PixelUnshuffle(3)),
        ("nn.ChannelShuffle(2)", () => ChannelShuffle(2)),
        ("nn.ZeroPad2d(1)", () => ZeroPad2d(1)),
        ("nn.ReflectionPad1d(2)", () => ReflectionPad1d(2)),
        ("nn.ReflectionPad2d(1)", () => ReflectionPad2d(1)),
        ("nn.ReflectionPad3d(2)", () => ReflectionPad3d(2)),
        ("nn.ReplicationPad1d(2)", () => ReplicationPad1d(2)),
        ("nn.ReplicationPad2d((1, 2, 3, 4))", () => ReplicationPad2d((1, 2, 3, 4))),
        ("nn.ReplicationPad3d(2)", () => ReplicationPad3d(2)),
        ("nn.ConstantPad1d(1, 0.5)", () => ConstantPad1d(1, 0.5)),
        ("nn.ConstantPad2d(1, 0.5)", () => ConstantPad2d(1, 0.5)),
        ("nn.ConstantPad3d(1, 0.5)", () => ConstantPad3d(1, 0.5)),
        ("nn.Fold((4, 4), 2)", () => Fold((4, 4), (2, 2))),
        ("nn.Unfold((2, 3))", () => Unfold((2, 3))),
        ("nn.CosineSimilarity()", () => CosineSimilarity()),
        ("nn.PairwiseDistance()", () => PairwiseDistance()),
        (
            "nn.RNN(3, 4, nonlinearity='relu', batch_first=True)",
            () => RNN(3, 4, nonLinearity: NonLinearities.ReLU, batchFirst: true)
        ),
        ("nn.LSTM(3, 4)", () => LSTM(3, 4)),
        (
            "nn.LSTM(3, 4, num_layers=2, bias=False, batch_first=True, bidirectional=True)",
            () => LSTM(3, 4, numLayers: 2, bias: false, batchFirst: true, bidirectional: true)
        ),
        ("nn.GRU(3, 4, 2, bidirectional=True)", () => GRU(3, 4, 2, bidirectional: true)),
        ("nn.GRU(3, 4, 2, dropout=0.3)", () => GRU(3, 4, 2, dropout: 0.3)),
        ("nn.LSTM(3, 4, 1, dropout=0.25)", () => LSTM(3, 4, 1, dropout: 0.25)),
        ("nn.RNN(3, 4, 3, dropout=0.1, bidirectional=True)", () => RNN(3, 4, 3, dropout: 0.1, bidirectional: true)),
        ("nn.LSTMCell(3, 4)", () => LSTMCell(3, 4)),
        ("nn.GRUCell(3, 4, bias=False)", () => GRUCell(3, 4, bias: false)),
        ("nn.RNNCell(3, 4)", () => RNNCell(3, 4)),
        ("nn.RNNCell(3, 4, nonlinearity='relu')", () => RNNCell(3, 4, nonLinearity: NonLinearities.ReLU)),
        ("nn.MultiheadAttention(4, 2)", () => MultiheadAttention(4, 2)),
        ("nn.TransformerEncoderLayer(4, 2)", () => TransformerEncoderLayer(4, 2)),
        ("nn.TransformerEncoderLayer(4, 2, 8, 0.3)", () => TransformerEncoderLayer(4, 2, 8, 0.3)),
        (
            "nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2, 8, 0.05), 2)",
            () => TransformerDecoder(TransformerDecoderLayer(4, 2, 8, 0.05), 2)
        ),
        ("nn.Transformer(4, 2, 1, 1, 8, 0.4)", () => Transformer(4, 2, 1, 1, 8, 0.4)),
        (
            "nn.ModuleList([nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8, p), 2) for p in (0.2, 0.25)])",
            () =>
                ModuleList(
                    TransformerEncoder(TransformerEncoderLayer(4, 2, 8, 0.2), 2),
                    TransformerEncoder(TransformerEncoderLayer(4, 2, 8, 0.25), 2)
                )
        ),
        ("nn.TransformerDecoderLayer(4, 2, 8)", () => TransformerDecoderLayer(4, 2, 8)),
        (
            "nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2), 2)",
            () => TransformerEncoder(TransformerEncoderLayer(4, 2), 2)
        ),
        (
            "nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2), 1)",
            () => TransformerDecoder(TransformerDecoderLayer(4, 2), 1)
        ),
        ("nn.Transformer(4, 2, 1, 2, 8)", () => Transformer(4, 2, 1, 2, 8)),
        ("nn.CrossEntropyLoss()", () => CrossEntropyLoss()),
        ("nn.BCELoss()", () => BCELoss()),
        ("nn.BCEWithLogitsLoss()", () => BCEWithLogitsLoss()),
        ("nn.CosineEmbeddingLoss()", () => CosineEmbeddingLoss()),
        ("nn.CTCLoss()", () => CTCLoss()),
        ("nn.HingeEmbeddingLoss()", () => HingeEmbeddingLoss()),
        ("nn.HuberLoss()", () => HuberLoss()),
        ("nn.MarginRankingLoss()", () => MarginRankingLoss()),
        ("nn.MultiLabelMarginLoss()", () => MultiLabelMarginLoss()),
        ("nn.MultiLabelSoftMarginLoss()", () => MultiLabelSoftMarginLoss()),
        ("nn.MultiMarginLoss()", () => MultiMarginLoss()),
        ("nn.MSELoss()", () => MSELoss()),
        ("nn.L1Loss()", () => L1Loss()),
        ("nn.NLLLoss()", () => NLLLoss()),
        ("nn.PoissonNLLLoss()", () => PoissonNLLLoss()),
        ("nn.GaussianNLLLoss()", () => GaussianNLLLoss()),
        ("nn.KLDivLoss()", () => KLDivLoss()),
        ("nn.SmoothL1Loss()", () => SmoothL1Loss()),
        ("nn.SoftMarginLoss()", () => SoftMarginLoss()),
        ("nn.TripletMarginLoss()", () => TripletMarginLoss()),
        ("nn.TripletMarginWithDistanceLoss()", () => TripletMarginWithDistanceLoss()),
        (
            "nn.TripletMarginWithDistanceLoss(distance_function=lambda a, b: a - b)",
            () => TripletMarginWithDistanceLoss((a, b) => a - b)
        ),
        ("nn.Sequential()", () => Sequential()),
        ("nn.Sequential(nn.Linear(1, 2), nn.ReLU())", () => Sequential(Linear(1, 2), ReLU())),
        (
            "nn.Sequential(collections.OrderedDict(a=nn.Linear(1, 2), b=nn.Sequential(nn.Linear(2, 1), nn.Dropout())))",
            () => Sequential(("a", Linear(1, 2)), ("b", Sequential(Linear(2, 1), Dropout())))
        ),
        ("nn.ModuleList()", () => ModuleList()),
        (
            "nn.ModuleList([nn.Linear(1, 2), nn.Linear(1, 2), nn.ReLU()])",
            () => ModuleList(Linear(1, 2), Linear(1, 2), ReLU())
        ),
        (
            "nn.ModuleList([nn.Sequential(nn.Linear(1, 2), nn.ReLU(i > 9)) for i in range(12)])",
            () =>
                ModuleList(Enumerable.Range(0, 12).Select(i => (Module)Sequential(Linear(1, 2), ReLU(i > 9))).ToArray())
        ),
        (
            "nn.ModuleList([nn.ModuleList([nn.ReLU(), nn.ReLU()]), nn.ModuleList([nn.ReLU(), nn.ReLU()])])",
            () => ModuleList(ModuleList(ReLU(), ReLU()), ModuleList(ReLU(), ReLU()))
        ),
        ("nn.ModuleDict()", () => ModuleDict()),
        (
            "nn.ModuleDict({'a': nn.Linear(1, 2), 'b': nn.ReLU()})",
            () => ModuleDict(("a", (Module)Linear(1, 2)), ("b", ReLU()))
        ),
        ("nn.ParameterList()", () => ParameterList()),
        ("nn.ParameterList([nn.Parameter(torch.zeros(2))])", () => ParameterList(Parameter(zeros(2)))),
        (
            "nn.ParameterList([nn.Parameter(torch.zeros(2)), nn.Parameter(torch.zeros(2, 3, dtype=torch.float64)), nn.Parameter(torch.tensor(1.0))])",
            () => ParameterList(Parameter(zeros(2)), Parameter(zeros(2, 3, dtype: float64)), Parameter(tensor(1.0f)))
        ),
        ("nn.ParameterDict()", () => ParameterDict()),
        ("nn.ParameterDict({'x': nn.Parameter(torch.zeros(2))})", () => ParameterDict(("x", Parameter(zeros(2))))),
        (
            "nn.ParameterDict({'x': nn.Parameter(torch.zeros(2)), 'y': nn.Parameter(torch.zeros(2, 3, dtype=torch.bfloat16))})",
            () => ParameterDict(("x", Parameter(zeros(2))), ("y", Parameter(zeros(2, 3, dtype: bfloat16))))
        ),
        (
            "nn.ModuleList([nn.ParameterList([nn.Parameter(torch.zeros(2))]), nn.ParameterDict({'x': nn.Parameter(torch.zeros(2)), 'y': nn.Parameter(torch.zeros(1))})])",
            () =>
                ModuleList(
                    ParameterList(Parameter(zeros(2))),
                    ParameterDict(("x", Parameter(zeros(2))), ("y", Parameter(zeros(1))))
                )
        ),
    ];

    // TorchSharp 0.107.0 forgets the size that it is made with.
    private static TorchSharp.Modules.AdaptiveMaxPool3d WithOutputSize(TorchSharp.Modules.AdaptiveMaxPool3d pool)
    {
        pool.output_size = [2, 2, 2];
        return pool;
    }
}
