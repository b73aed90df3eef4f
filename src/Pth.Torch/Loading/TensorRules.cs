using Pth.Torch.Modules;
using Pth.Torch.Tensors;
using TorchSharp;

namespace Pth.Torch.Loading;

/// <summary>What is against a tensor of the right name and shape.</summary>
internal sealed class TensorRules(LoadStateDictOptions options, TensorMaker maker)
{
    /// <returns>The reason; null where there is none.</returns>
    public string? FindFault(ModuleEntry entry, TensorView view)
    {
        torch.Tensor target = entry.Tensor;
        if (!options.Assign)
        {
            return target.is_meta && options.Device is null
                ? "copying to a meta parameter would do nothing: ask for Assign, or for a Device"
                : Conversions.FindFault(view, target.dtype, options.Dequantize);
        }
        if (maker.FindFault(view) is { } fault)
        {
            return fault;
        }
        torch.ScalarType type = view.DType.IsQuantized ? torch.ScalarType.Float32 : ScalarTypes.Find(view.DType)!.Value;
        if (target.requires_grad && !torch.is_floating_point(type) && !torch.is_complex(type))
        {
            return "Only Tensors of floating point and complex dtype can require gradients";
        }
        return TensorReplacement.FindFault(entry, type, options.Device ?? target.device);
    }
}
