using Pth.Torch.Native;

namespace Pth.Torch;

/// <summary>Whether TorchSharp can be used in this process.</summary>
public static class TorchRuntime
{
    // One answer for a process: a native library is loaded once.
    private static readonly Lazy<string?> Fault = new(() =>
        new NativeCheck(new SystemLibraries(), NativeCheck.ThisSystem).FindFault()
    );

    /// <summary>
    /// Loads TorchSharp's native libraries, or says what is missing. Every method of Pth.Torch does it first; a program whose first call is of
    /// TorchSharp itself gets the better message by calling it at the start.
    /// </summary>
    /// <exception cref="DllNotFoundException">They do not load: the message has what is missing and what to install or reference.</exception>
    public static void EnsureLoaded()
    {
        if (Fault.Value is { } fault)
        {
            throw new DllNotFoundException(fault);
        }
    }
}
