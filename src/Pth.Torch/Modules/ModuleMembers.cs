using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Pth.Torch.Modules;

/// <summary>
/// What a module has registered. TorchSharp lets derived classes see it and nobody else: its public lists leave out the second name of a
/// tied parameter, the own parameters of a sequential, and every buffer that is not persistent.
/// </summary>
internal static class ModuleMembers
{
    public static IEnumerable<(string Name, Parameter Tensor)> Parameters(nn.Module module) =>
        // These two keep theirs in a list of their own, which a move to another device or type leaves as the only true one.
        module is ParameterList or ParameterDict
            ? module.named_parameters(recurse: false)
            : RegisteredParameters(module);

    public static IEnumerable<(string Name, Tensor Tensor, bool IsPersistent)> Buffers(nn.Module module) =>
        ((IEnumerable<(string, (Tensor, bool))>)RegisteredBuffers(module)).Select(buffer =>
            (buffer.Item1, buffer.Item2.Item1, buffer.Item2.Item2)
        );

    public static IEnumerable<(string Name, nn.Module Module)> Children(nn.Module module)
    {
        // A list that is added to after it was registered goes on showing what it had then.
        if (module.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(ModuleList<>))
        {
            return ((IEnumerable<nn.Module>)module).Select((child, index) => ($"{index}", child));
        }
        return module.named_children();
    }

    /// <summary>Has the module look through its fields, as it does when it becomes a child of another. Done once; later calls are free.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "RegisterComponents")]
    public static extern void Register(nn.Module module);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_internal_params")]
    private static extern ref OrderedDict<string, Parameter> RegisteredParameters(nn.Module module);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_internal_buffers")]
    private static extern ref OrderedDict<string, (Tensor, bool)> RegisteredBuffers(nn.Module module);
}
