using System.Runtime.InteropServices;

namespace Pth.Torch.Native;

/// <summary>What TorchSharp's native library exports and TorchSharp itself does not offer.</summary>
/// <remarks>Source: <c>src/Native/LibTorchSharp/THSTensor.h</c> of TorchSharp 0.107.0.</remarks>
internal static unsafe partial class TorchSharpLibrary
{
    private const string Name = "LibTorchSharp";

    /// <summary>Where the first element of a tensor lies: <c>tensor.data_ptr()</c>.</summary>
    [LibraryImport(Name, EntryPoint = "THSTensor_data")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void* GetData(nint tensor);

    /// <summary>A tensor over memory of somebody else's: <c>torch::from_blob</c>. Null where it fails.</summary>
    [LibraryImport(Name, EntryPoint = "THSTensor_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint FromMemory(
        void* data,
        nint deleter,
        long* sizes,
        int rank,
        sbyte memoryType,
        sbyte type,
        int deviceType,
        int deviceIndex,
        [MarshalAs(UnmanagedType.U1)] bool requiresGrad
    );
}
