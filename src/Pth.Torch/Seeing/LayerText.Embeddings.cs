using System.Globalization;
using Pth.Torch.Modules;
using TorchSharp.Modules;
using static Pth.Torch.Seeing.PythonText;
using static TorchSharp.torch;

namespace Pth.Torch.Seeing;

internal static partial class LayerText
{
    /// <summary>Of an embedding TorchSharp has the weight alone: the rest is libtorch's to tell.</summary>
    private static string? Embedded(WalkedModule walked, NativeArguments native, ReprOptions options) =>
        walked.Module switch
        {
            Embedding e => Sizes(e.weight)
                + (
                    native.Of(walked) is { } given
                        ? Known(given, "padding_idx", text => text)
                            + Scaling(given)
                            + Known(given, "sparse", PythonBool)
                        : Unknown(options)
                ),
            EmbeddingBag e => Sizes(e.weight)
                + (
                    native.Of(walked) is { } given
                        ? $"{Scaling(given)}, mode={Quoted(ModeOf(given), options)}{Known(given, "padding_idx", text => text)}"
                    : options.MarksUnknown ? $", mode={NotKnown}, {NotKnown}"
                    : $", mode={Quoted(DefaultMode, options)}"
                ),
            _ => null,
        };

    private const string DefaultMode = "mean";

    // libtorch prints an enumeration as it is called in C++: kMax.
    private static string ModeOf(IReadOnlyDictionary<string, string> given) =>
        given.TryGetValue("mode", out string? mode) ? mode[1..].ToLowerInvariant() : DefaultMode;

    private static string Scaling(IReadOnlyDictionary<string, string> given) =>
        Known(given, "max_norm", NativeFloat)
        + Known(given, "norm_type", NativeFloat)
        + Known(given, "scale_grad_by_freq", PythonBool);

    private static string Known(
        IReadOnlyDictionary<string, string> given,
        string name,
        Func<string, string> toPython
    ) => given.TryGetValue(name, out string? value) ? $", {name}={toPython(value)}" : "";

    private static string PythonBool(string native) => Bool(native == "true");

    private static string NativeFloat(string native) => Float(double.Parse(native, CultureInfo.InvariantCulture));

    private static string Unknown(ReprOptions options) => options.MarksUnknown ? $", {NotKnown}" : "";

    private static string Sizes(Tensor? weight) => weight is null ? NotKnown : $"{weight.shape[0]}, {weight.shape[1]}";
}
