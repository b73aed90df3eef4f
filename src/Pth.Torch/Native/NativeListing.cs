using System.Reflection;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Pth.Torch.Native;

/// <summary>
/// What libtorch itself prints for a module that lies in native code: its <c>operator&lt;&lt;</c>, which TorchSharp does not wrap. It is the only one
/// that tells the arguments of such a module.
/// </summary>
/// <remarks>
/// They are C++ functions with exported, mangled names, and take a stream of libstdc++, whose string comes back through a hidden first argument:
/// Linux on x64 only. Elsewhere, or with libraries that lack one of them, <see cref="Of"/> gives nothing.
/// </remarks>
internal static unsafe class NativeListing
{
    // std::ostringstream takes 376 bytes, std::string 32.
    private const int StreamSize = 1024;
    private const int StringSize = 64;

    // All digits of a double. Source: the members of ios_base in libstdc++, whose ABI keeps them where they are.
    private const long Digits = 17;
    private const int PrecisionInBase = 8;

    private static readonly Lazy<nint[]?> Loaded = new(Load);

    // Its type is as private as the field, which no accessor can name.
    private static readonly FieldInfo? HandleField = typeof(nn.Module).GetField(
        "handle",
        BindingFlags.Instance | BindingFlags.NonPublic
    );

    /// <summary>The listing, with <c>\n</c> between its lines; null where it cannot be had.</summary>
    public static string? Of(nn.Module module)
    {
        if (
            Loaded.Value is not [var make, var print, var text, var freeText, var free]
            || HandleField?.GetValue(module) is not SafeHandle { IsInvalid: false, IsClosed: false } handle
        )
        {
            return null;
        }
        bool isHeld = false;
        byte* stream = stackalloc byte[StreamSize];
        nint* written = stackalloc nint[StringSize / sizeof(nint)];
        try
        {
            handle.DangerousAddRef(ref isHeld);
            // TorchSharp's handle is the address of a shared_ptr, which begins with the module's.
            nint native = *(nint*)handle.DangerousGetHandle();
            ((delegate* unmanaged<byte*, void>)make)(stream);
            // The base with the precision is a virtual one: its place stands before the table of functions.
            long place = *(long*)(*(nint*)stream - 24);
            *(long*)(stream + place + PrecisionInBase) = Digits;
            ((delegate* unmanaged<byte*, nint, byte*>)print)(stream, native);
            ((delegate* unmanaged<nint*, byte*, nint*>)text)(written, stream);
            string listing = Marshal.PtrToStringUTF8(written[0], checked((int)written[1]));
            ((delegate* unmanaged<nint*, void>)freeText)(written);
            ((delegate* unmanaged<byte*, void>)free)(stream);
            return listing;
        }
        finally
        {
            if (isHeld)
            {
                handle.DangerousRelease();
            }
        }
    }

    private static nint[]? Load()
    {
        // Both are in the process already: asking by soname gives those, not second copies.
        if (
            !OperatingSystem.IsLinux()
            || RuntimeInformation.ProcessArchitecture != Architecture.X64
            || !NativeLibrary.TryLoad("libtorch_cpu.so", out nint torch)
            || !NativeLibrary.TryLoad("libstdc++.so.6", out nint standard)
        )
        {
            return null;
        }
        const string Stream = "7__cxx1119basic_ostringstreamIcSt11char_traitsIcESaIcEE";
        ReadOnlySpan<(nint Library, string Name)> wanted =
        [
            (standard, $"_ZNSt{Stream}C1Ev"),
            (torch, "_ZN5torch2nnlsERSoRKNS0_6ModuleE"),
            (standard, $"_ZNKSt{Stream}3strEv"),
            (standard, "_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEED1Ev"),
            (standard, $"_ZNSt{Stream}D1Ev"),
        ];
        var found = new nint[wanted.Length];
        for (int i = 0; i < wanted.Length; i++)
        {
            if (!NativeLibrary.TryGetExport(wanted[i].Library, wanted[i].Name, out found[i]))
            {
                return null;
            }
        }
        return found;
    }
}
