using System.Runtime.InteropServices;
using Pth.Torch.Modules;

namespace Pth.Torch.Loading;

/// <summary>A tensor of the module and the one of the state dict that it shall get.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct KeyMatch(ModuleEntry Entry, TensorView View);
