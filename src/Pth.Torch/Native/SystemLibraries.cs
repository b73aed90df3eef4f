using System.Runtime.InteropServices;
using TorchSharp;

namespace Pth.Torch.Native;

/// <summary>The libraries of this process.</summary>
internal sealed class SystemLibraries : INativeLibraries
{
    public string? Load(string name)
    {
        try
        {
            // Never freed: TorchSharp needs it as long as the process lives.
            _ = NativeLibrary.Load(name, typeof(torch).Assembly, searchPath: null);
            return null;
        }
        catch (Exception fault) when (fault is DllNotFoundException or BadImageFormatException)
        {
            return fault.Message;
        }
    }
}
