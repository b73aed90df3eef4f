using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pth.Distributed.Tests;

/// <summary>
/// Ranks and copies are threads in these tests, and classes run at once: with a team of OpenMP's threads for each of them they would fight for the
/// processors, and float64 convolutions of a second take a minute.
/// </summary>
internal static partial class OneThread
{
    [ModuleInitializer]
    internal static void ForEach()
    {
        if (OperatingSystem.IsLinux())
        {
            // Before libtorch is loaded; the runtime keeps an environment of its own, which native code does not see.
            _ = SetEnvironment("OMP_NUM_THREADS", "1", overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
