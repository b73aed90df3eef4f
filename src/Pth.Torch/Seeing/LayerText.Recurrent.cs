using System.Runtime.CompilerServices;
using Pth.Torch.Modules;
using TorchSharp.Modules;
using static Pth.Torch.Seeing.PythonText;
using static TorchSharp.torch;

namespace Pth.Torch.Seeing;

internal static partial class LayerText
{
    /// <summary>Recurrent layers lie in native code: their sizes are read from their weights.</summary>
    private static string? Recurrent(WalkedModule walked, NativeArguments native, ReprOptions options) =>
        walked.Module switch
        {
            LSTM lstm => Layers(walked, BatchFirst(lstm), native, options),
            GRU gru => Layers(walked, BatchFirst(gru), native, options),
            RNN rnn => Layers(walked, BatchFirst(rnn), native, options),
            LSTMCell or GRUCell => Cell(walked),
            RNNCell => Cell(walked) + NonLinearity(native.Of(walked), options),
            _ => null,
        };

    // libtorch says it where it is not the default; Python too.
    private static string NonLinearity(IReadOnlyDictionary<string, string>? given, ReprOptions options) =>
        given is not null ? Known(given, "nonlinearity", text => text[1..].ToLowerInvariant())
        : options.MarksUnknown ? $", nonlinearity={NotKnown}"
        : "";

    private static string Layers(WalkedModule walked, bool batchFirst, NativeArguments native, ReprOptions options)
    {
        var names = walked.Entries.Select(entry => entry.LocalName).ToHashSet(StringComparer.Ordinal);
        int layers = names.Count(name =>
            name.StartsWith("weight_ih_l", StringComparison.Ordinal)
            && !name.EndsWith("_reverse", StringComparison.Ordinal)
        );
        return InputAndHidden(walked, "weight_ih_l0", "weight_hh_l0")
            + (layers == 1 ? "" : $", num_layers={layers}")
            + (names.Contains("bias_ih_l0") ? "" : ", bias=False")
            + (batchFirst ? ", batch_first=True" : "")
            + DropoutBetween(native.Of(walked), layers, options)
            + (names.Contains("weight_ih_l0_reverse") ? ", bidirectional=True" : "");
    }

    private static string DropoutBetween(IReadOnlyDictionary<string, string>? given, int layers, ReprOptions options)
    {
        if (given is not null && given.TryGetValue("dropout", out string? native))
        {
            string dropout = NativeFloat(native);
            return Unless(dropout == "0.0", "dropout", dropout);
        }
        // It works between layers, so that it says nothing where there is one.
        return layers > 1 && options.MarksUnknown ? $", dropout={NotKnown}" : "";
    }

    private static string Cell(WalkedModule walked) =>
        InputAndHidden(walked, "weight_ih", "weight_hh")
        + (walked.Entries.Any(entry => entry.LocalName == "bias_ih") ? "" : ", bias=False");

    private static string InputAndHidden(WalkedModule walked, string input, string hidden) =>
        $"{Columns(walked, input)}, {Columns(walked, hidden)}";

    private static string Columns(WalkedModule walked, string name) =>
        walked.Entries.FirstOrDefault(entry => entry.LocalName == name)?.Tensor.shape is [.., var columns]
            ? $"{columns}"
            : NotKnown;

    // Private, and nowhere else to be had.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_batch_first")]
    private static extern ref bool BatchFirst(LSTM module);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_batch_first")]
    private static extern ref bool BatchFirst(GRU module);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_batch_first")]
    private static extern ref bool BatchFirst(RNN module);

    /// <summary>A layer inside an attention or a transformer: its class is known, and its tensors.</summary>
    private static string? Hidden(string kind, WalkedModule walked, NativeArguments native, ReprOptions options)
    {
        Tensor? weight = walked.Entries.FirstOrDefault(entry => entry.LocalName == "weight")?.Tensor;
        bool bias = walked.Entries.Any(entry => entry.LocalName == "bias");
        return kind switch
        {
            "Linear" or "NonDynamicallyQuantizableLinear" when weight is not null => LinearText(
                weight.shape[1],
                weight.shape[0],
                bias
            ),
            // Source: libtorch's layers make their norms with the default eps, and give no way to change it.
            "LayerNorm" when weight is not null => LayerNormText(weight.shape, 1e-5, affine: true, bias, options),
            "Dropout" when native.Of(walked) is { } given && given.TryGetValue("p", out string? p) =>
                $"p={NativeFloat(p)}, inplace=False",
            "Dropout" => options.MarksUnknown ? $"p={NotKnown}, inplace=False" : DropoutText(0.1, inplace: false),
            _ => "",
        };
    }
}
