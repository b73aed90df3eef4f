using System.Runtime.InteropServices;

namespace Pth.Torch.Native;

// Of the storage that a tensor looks at. TorchSharp's own way converts the tensor where it has no name for its type.
// Source: src/Native/LibTorchSharp/THSStorage.h of TorchSharp 0.107.0. Neither may be called for a sparse tensor: it ends the process.
internal static unsafe partial class TorchSharpLibrary
{
    /// <summary>The first byte of the storage, on the device where it lies; null for one without bytes.</summary>
    [LibraryImport(Name, EntryPoint = "THSStorage_data_ptr")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void* GetStorageData(nint tensor);

    /// <summary>The size of the storage in bytes.</summary>
    [LibraryImport(Name, EntryPoint = "THSStorage_nbytes")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nuint GetStorageSize(nint tensor);
}
