using System.Reflection;
using Module = TorchSharp.torch.nn.Module;

namespace Pth.Torch.Modules;

/// <summary>What PyTorch calls the class of a module.</summary>
internal static class ModuleKind
{
    /// <summary><c>type(module).__name__</c>: the .NET class's name, or what <see cref="PythonClassAttribute"/> says.</summary>
    /// <remarks>Never <c>GetName()</c>, which calls every BatchNorm BatchNorm1d and every Sequential torch::nn::SequentialImpl.</remarks>
    public static string Of(Module module)
    {
        Type type = module.GetType();
        if (type.GetCustomAttribute<PythonClassAttribute>() is { } given)
        {
            return given.Name;
        }
        // ModuleList`1 and Sequential`2 are ModuleList and Sequential in Python.
        int generic = type.Name.IndexOf('`', StringComparison.Ordinal);
        return generic < 0 ? type.Name : type.Name[..generic];
    }
}
