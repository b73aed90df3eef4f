using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pth.Distributed.Gradients;

/// <summary>Work that the engine does when the backward pass that is running on this thread has ended, before <c>backward()</c> returns.</summary>
/// <remarks>
/// The engine takes a <c>std::function&lt;void()&gt;</c>: in libstdc++ 16 bytes of storage, a manager (clone, destroy) and an invoker.
/// To be called from a gradient hook, or from a callback: outside of a backward pass the engine throws through our frames.
/// </remarks>
internal static unsafe class BackwardCallback
{
    /// <summary>Runs <paramref name="action"/>, which must not throw, when the pass ends.</summary>
    public static void Queue(Action action)
    {
        nint* function = stackalloc nint[4];
        function[0] = GCHandle.ToIntPtr(GCHandle.Alloc(action));
        function[1] = 0;
        function[2] = (nint)(delegate* unmanaged<nint*, nint*, int, byte>)&ManageAction;
        function[3] = (nint)(delegate* unmanaged<nint*, void>)&InvokeAction;
        NativeAutograd.Require().QueueCallback(function);
        Release(function);
    }

    /// <summary>Makes the pass fail when it ends, so that <c>backward()</c> throws with <paramref name="message"/>.</summary>
    /// <remarks>
    /// A .NET exception cannot pass through the engine. A C++ one can, if no .NET frame lies between: so the invoker of this callback is
    /// <c>std::rethrow_exception</c> itself, and the storage is the pointer that it rethrows.
    /// </remarks>
    public static void QueueError(string message)
    {
        NativeAutograd.Entries entries = NativeAutograd.Require();
        nint* function = stackalloc nint[4];
        function[0] = entries.MakeRuntimeError(message);
        function[1] = 0;
        function[2] = (nint)(delegate* unmanaged<nint*, nint*, int, byte>)&ManagePointer;
        function[3] = entries.RethrowException;
        entries.QueueCallback(function);
        Release(function);
    }

    // The engine moves the function into its list, and what was moved from has no manager; one that it copied is still ours to destroy.
    private static void Release(nint* function)
    {
        if (function[2] != 0)
        {
            ((delegate* unmanaged<nint*, nint*, int, byte>)function[2])(function, function, (int)Operation.Destroy);
        }
    }

    [UnmanagedCallersOnly]
    private static void InvokeAction(nint* storage) =>
        Unsafe.As<Action>(GCHandle.FromIntPtr(storage[0]).Target!).Invoke();

    [UnmanagedCallersOnly]
    private static byte ManageAction(nint* target, nint* source, int operation)
    {
        switch ((Operation)operation)
        {
            case Operation.Clone:
                target[0] = GCHandle.ToIntPtr(GCHandle.Alloc(GCHandle.FromIntPtr(source[0]).Target));
                break;
            case Operation.Destroy:
                GCHandle.FromIntPtr(target[0]).Free();
                break;
            case Operation.GetPointer:
                target[0] = (nint)source;
                break;
        }

        return 0;
    }

    [UnmanagedCallersOnly]
    private static byte ManagePointer(nint* target, nint* source, int operation)
    {
        if ((Operation)operation is Operation.Clone)
        {
            target[0] = source[0];
        }

        return 0;
    }

    /// <summary>What libstdc++ asks of a manager.</summary>
    private enum Operation
    {
        GetTypeInfo,
        GetPointer,
        Clone,
        Destroy,
    }
}
