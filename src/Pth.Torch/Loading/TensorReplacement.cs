using System.Runtime.CompilerServices;
using Pth.Torch.Modules;
using TorchSharp;
using TorchSharp.Modules;

namespace Pth.Torch.Loading;

/// <summary>Gives a tensor of a module other memory, type or device; it stays the same object, in the module and everywhere else.</summary>
internal static class TensorReplacement
{
    /// <summary>Says why it cannot be done; null where it can.</summary>
    public static string? FindFault(ModuleEntry entry, torch.ScalarType type, torch.Device device) =>
        CanShareImplementation(entry.Tensor, type, device) || !IsNative(entry.Owner.Module)
            ? null
            : $"the parameters of {ModuleKind.Of(entry.Owner.Module)} lie in native code and cannot get another type or device one by one: "
                + "move the module first with to()";

    /// <summary>Replaces it.</summary>
    /// <param name="target">The module's tensor.</param>
    /// <param name="source">The new one; it is used up.</param>
    public static void Replace(torch.Tensor target, torch.Tensor source)
    {
        using IDisposable withoutGradients = torch.no_grad();
        if (CanShareImplementation(target, source.dtype, source.device))
        {
            target.set_(source);
            source.Dispose();
            return;
        }
        torch.Tensor detached =
            source.requires_grad == target.requires_grad ? source : source.requires_grad_(target.requires_grad);
        (Handle(target), Handle(detached)) = (Handle(detached), Handle(target));
        detached.Dispose();
    }

    // set_ changes the tensor that autograd, optimizers and native modules know; it cannot change the type or the device.
    private static bool CanShareImplementation(torch.Tensor target, torch.ScalarType type, torch.Device device) =>
        target.dtype == type
        && !target.is_meta
        && target.device_type == device.type
        && (device.index < 0 || target.device_index == device.index);

    // They keep their parameters in native code, and what TorchSharp shows are second names of them.
    private static bool IsNative(torch.nn.Module module) =>
        HiddenModules.Has(module)
        || module is LSTM or GRU or RNN or LSTMCell or GRUCell or RNNCell or torch.jit.ScriptModule;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "handle")]
    private static extern ref nint Handle(torch.Tensor tensor);
}
