using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace Pth.Distributed.Gradients;

/// <summary>
/// A hook on a leaf tensor that runs each time a backward pass has accumulated into its gradient, on the thread that does it: on CPU the one that
/// called <c>backward()</c>. PyTorch's <c>register_post_accumulate_grad_hook</c>; one a tensor, and setting replaces.
/// </summary>
/// <remarks>
/// The object that libtorch gets is 16 bytes: the address of a table of functions, as a C++ class with virtual members has it (complete destructor,
/// deleting destructor, call, two for compiled graphs), and a handle of the target.
/// The handle is weak: a hook keeps nothing alive, since a tensor that kept the reducer that keeps the tensor would never be freed.
/// </remarks>
internal static unsafe class PostAccumulateGradHook
{
    private static readonly Lazy<nint> Table = new(MakeTable);

    /// <summary>Runs <paramref name="target"/> after each accumulation into the gradient of <paramref name="tensor"/>.</summary>
    public static void Set(torch.Tensor tensor, IGradientHook target)
    {
        nint* hook = (nint*)NativeMemory.Alloc(2, (nuint)sizeof(nint));
        hook[0] = Table.Value;
        hook[1] = GCHandle.ToIntPtr(GCHandle.Alloc(target, GCHandleType.Weak));
        NativeAutograd.Require().SetPostAccumulateHook(tensor.Handle, (nint*)&hook);
    }

    /// <summary>Takes the hook off.</summary>
    public static void Clear(torch.Tensor tensor)
    {
        nint none = 0;
        NativeAutograd.Require().SetPostAccumulateHook(tensor.Handle, &none);
    }

    private static nint MakeTable()
    {
        // Two words before the address point belong to the class (offset to top, type information); libtorch asks for neither.
        nint* table = (nint*)NativeMemory.AllocZeroed(7, (nuint)sizeof(nint));
        table[2] = (nint)(delegate* unmanaged<nint*, void>)&Destroy;
        table[3] = (nint)(delegate* unmanaged<nint*, void>)&DestroyAndFree;
        table[4] = (nint)(delegate* unmanaged<nint*, nint, void>)&Run;
        table[5] = (nint)(delegate* unmanaged<nint*, nint, void>)&Ignore;
        table[6] = (nint)(delegate* unmanaged<nint*, nint, void>)&Ignore;
        return (nint)(table + 2);
    }

    [UnmanagedCallersOnly]
    private static void Destroy(nint* hook) => GCHandle.FromIntPtr(hook[1]).Free();

    [UnmanagedCallersOnly]
    private static void DestroyAndFree(nint* hook)
    {
        GCHandle.FromIntPtr(hook[1]).Free();
        NativeMemory.Free(hook);
    }

    [UnmanagedCallersOnly]
    private static void Run(nint* hook, nint tensor) =>
        Unsafe.As<IGradientHook?>(GCHandle.FromIntPtr(hook[1]).Target)?.GradientAccumulated();

    [UnmanagedCallersOnly]
    private static void Ignore(nint* hook, nint argument) { }
}
