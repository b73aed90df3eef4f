using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pth.Torch.Tests;

/// <summary>
/// Keeps the oneDNN in libtorch 2.10.0 from AVX-512, with which it gives wrong results on some processors (AMD Zen 5: LSTM and transposed
/// convolution differ from call to call).
/// </summary>
internal static partial class OneDnn
{
    [ModuleInitializer]
    internal static void AvoidAvx512()
    {
        if (OperatingSystem.IsLinux())
        {
            // The runtime keeps an environment of its own, which native code does not see.
            _ = SetEnvironment("ONEDNN_MAX_CPU_ISA", "AVX2", overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
