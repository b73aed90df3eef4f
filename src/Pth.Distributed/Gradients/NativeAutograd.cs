using System.Runtime.InteropServices;

namespace Pth.Distributed.Gradients;

/// <summary>
/// The entry points of libtorch's autograd engine that TorchSharp does not wrap: hooks that run after a gradient has been accumulated, and
/// callbacks that run when a backward pass ends.
/// </summary>
/// <remarks>
/// They are C++ functions with exported, mangled names, and take C++ objects whose layout is that of the Itanium ABI with libstdc++: Linux only.
/// Elsewhere, or with a libtorch that lacks one of them, <see cref="IsAvailable"/> is false and gradients are reduced the portable way.
/// </remarks>
internal static unsafe class NativeAutograd
{
    private static readonly Lazy<Entries?> Loaded = new(Load);

    /// <summary>Whether hooks and callbacks can be installed in this process.</summary>
    public static bool IsAvailable => Loaded.Value is not null;

    /// <summary>The entry points; only when <see cref="IsAvailable"/>.</summary>
    /// <exception cref="PlatformNotSupportedException">They are not there.</exception>
    public static Entries Require() =>
        Loaded.Value
        ?? throw new PlatformNotSupportedException(
            "libtorch's gradient hooks cannot be reached here (they need Linux and a libtorch that exports them); use GradientHookKind.Portable or Automatic."
        );

    private static Entries? Load()
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
        {
            return null;
        }

        // Both are in the process already (TorchSharp brought them); asking by soname gives those, not second copies.
        if (
            !NativeLibrary.TryLoad("libtorch_cpu.so", out nint torch)
            || !NativeLibrary.TryLoad("libstdc++.so.6", out nint standard)
        )
        {
            return null;
        }

        nint[] found = new nint[8];
        ReadOnlySpan<(nint Library, string Name)> wanted =
        [
            (
                torch,
                "_ZN5torch8autograd4impl23set_post_acc_grad_hooksERKN2at10TensorBaseESt10unique_ptrINS0_22PostAccumulateGradHookESt14default_deleteIS7_EE"
            ),
            (torch, "_ZN5torch8autograd6Engine18get_default_engineEv"),
            (torch, "_ZN5torch8autograd6Engine14queue_callbackESt8functionIFvvEE"),
            (standard, "__cxa_allocate_exception"),
            (standard, "__cxa_init_primary_exception"),
            (standard, "_ZNSt13runtime_errorC1EPKc"),
            (standard, "_ZTISt13runtime_error"),
            (standard, "_ZNSt13runtime_errorD1Ev"),
        ];
        for (int i = 0; i < wanted.Length; i++)
        {
            if (!NativeLibrary.TryGetExport(wanted[i].Library, wanted[i].Name, out found[i]))
            {
                return null;
            }
        }

        return NativeLibrary.TryGetExport(
            standard,
            "_ZSt17rethrow_exceptionNSt15__exception_ptr13exception_ptrE",
            out nint rethrow
        )
            ? new Entries(found, rethrow)
            : null;
    }

    /// <summary>The addresses, by what they do.</summary>
    internal sealed class Entries(nint[] found, nint rethrow)
    {
        /// <summary>Gives the hook object at <paramref name="hook"/> (a unique_ptr) to the tensor, replacing what was there.</summary>
        public void SetPostAccumulateHook(nint tensor, nint* hook) =>
            ((delegate* unmanaged<nint, nint*, void>)found[0])(tensor, hook);

        /// <summary>Adds a <c>std::function&lt;void()&gt;</c> to those that the engine runs at the end of the backward pass of this thread.</summary>
        public void QueueCallback(nint* function)
        {
            nint engine = ((delegate* unmanaged<nint>)found[1])();
            ((delegate* unmanaged<nint, nint*, void>)found[2])(engine, function);
        }

        /// <summary>Makes a <c>std::runtime_error</c> and returns the exception object.</summary>
        public nint MakeRuntimeError(string message)
        {
            const int RuntimeErrorSize = 16;
            nint exception = ((delegate* unmanaged<nuint, nint>)found[3])(RuntimeErrorSize);
            ((delegate* unmanaged<nint, nint, nint, nint>)found[4])(exception, found[6], found[7]);
            nint text = Marshal.StringToCoTaskMemUTF8(message);
            ((delegate* unmanaged<nint, nint, void>)found[5])(exception, text);
            Marshal.FreeCoTaskMem(text);
            return exception;
        }

        /// <summary><c>std::rethrow_exception</c>: takes the address of a pointer to an exception object and does not return.</summary>
        public nint RethrowException => rethrow;
    }
}
