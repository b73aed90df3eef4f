using TorchSharp.Modules;
using static Pth.Torch.Seeing.PythonText;
using static TorchSharp.torch;

namespace Pth.Torch.Seeing;

internal static partial class LayerText
{
    private static string? Pooling(nn.Module module) =>
        module switch
        {
            MaxPool1d p => MaxPool(
                $"{p.kernel_size}",
                $"{p.stride ?? p.kernel_size}",
                $"{p.padding ?? 0}",
                $"{p.dilation ?? 1}",
                p.ceil_mode
            ),
            MaxPool2d p => MaxPool(p.kernel_size, p.stride, p.padding, p.dilation, p.ceil_mode),
            MaxPool3d p => MaxPool(p.kernel_size, p.stride, p.padding, p.dilation, p.ceil_mode),
            AvgPool1d p =>
                $"kernel_size=({p.kernel_size},), stride=({p.stride ?? p.kernel_size},), padding=({p.padding ?? 0},)",
            AvgPool2d p => AvgPool(p.kernel_size, p.stride, p.padding),
            AvgPool3d p => AvgPool(p.kernel_size, p.stride, p.padding),
            MaxUnpool1d p =>
                $"kernel_size=({p.kernel_size},), stride=({p.stride ?? p.kernel_size},), padding=({p.padding ?? 0},)",
            MaxUnpool2d p => MaxUnpool(p.kernel_size, p.stride, p.padding),
            MaxUnpool3d p => MaxUnpool(p.kernel_size, p.stride, p.padding),
            LPPool1d p => LPPool(
                p.norm_type,
                $"{p.kernel_size}",
                p.stride is { } stride ? $"{stride}" : null,
                p.ceil_mode
            ),
            LPPool2d p => LPPool(
                p.norm_type,
                OneOrTuple(p.kernel_size),
                p.stride is { } stride ? OneOrTuple(stride) : null,
                p.ceil_mode
            ),
            AdaptiveAvgPool1d p => $"output_size={p.output_size}",
            AdaptiveAvgPool2d p => $"output_size={OneOrTuple(p.output_size)}",
            AdaptiveAvgPool3d p => $"output_size={OneOrTuple(p.output_size)}",
            AdaptiveMaxPool1d p => $"output_size={p.output_size}",
            AdaptiveMaxPool2d p => $"output_size={OneOrTuple(p.output_size)}",
            // TorchSharp 0.107.0 forgets the one that it was made with.
            AdaptiveMaxPool3d p => $"output_size={(p.output_size is { } size ? OneOrTuple(size) : NotKnown)}",
            FractionalMaxPool2d or FractionalMaxPool3d => "",
            _ => null,
        };

    private static string MaxPool(long[] kernel, long[]? stride, long[]? padding, long[]? dilation, bool ceil) =>
        MaxPool(
            OneOrTuple(kernel),
            OneOrTuple(stride ?? kernel),
            padding is null ? "0" : OneOrTuple(padding),
            dilation is null ? "1" : OneOrTuple(dilation),
            ceil
        );

    private static string MaxPool(string kernel, string stride, string padding, string dilation, bool ceil) =>
        $"kernel_size={kernel}, stride={stride}, padding={padding}, dilation={dilation}, ceil_mode={Bool(ceil)}";

    private static string AvgPool(long[] kernel, long[]? stride, long[]? padding) =>
        $"kernel_size={OneOrTuple(kernel)}, stride={OneOrTuple(stride ?? kernel)}, "
        + $"padding={(padding is null ? "0" : OneOrTuple(padding))}";

    private static string MaxUnpool(long[] kernel, long[]? stride, long[]? padding) =>
        $"kernel_size={Tuple(kernel)}, stride={Tuple(stride ?? kernel)}, padding={Tuple(padding ?? new long[kernel.Length])}";

    private static string LPPool(double norm, string kernel, string? stride, bool ceil) =>
        $"norm_type={Number(norm)}, kernel_size={kernel}, stride={stride ?? "None"}, ceil_mode={Bool(ceil)}";
}
