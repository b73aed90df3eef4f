using Pth.Torch.Modules;
using Pth.Torch.Seeing;
using static TorchSharp.torch.nn;

namespace Pth.Torch;

/// <summary>What Pth adds to TorchSharp's modules.</summary>
public static partial class ModuleExtensions
{
    /// <summary>The module as PyTorch's <c>print(net)</c> prints it, with <c>\n</c> between its lines and none at the end.</summary>
    /// <remarks>
    /// The name of a class is the .NET one, or what <see cref="PythonClassAttribute"/> says; its text is its <see cref="IExtraRepr"/>.
    /// TorchSharp does not keep whether <c>2</c> or <c>(2, 2)</c> was given where PyTorch takes both: one number is printed. What it
    /// cannot tell at all is a question mark (<see cref="UnknownArguments"/>).
    /// </remarks>
    /// <param name="module">Any module.</param>
    /// <param name="options">Which PyTorch prints it, and how much is folded.</param>
    /// <exception cref="DllNotFoundException">TorchSharp's native libraries do not load.</exception>
    public static string Repr(this Module module, ReprOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        TorchRuntime.EnsureLoaded();
        return new ModuleRepr(options ?? new ReprOptions()).Of(ModuleWalk.Tree(module));
    }
}
