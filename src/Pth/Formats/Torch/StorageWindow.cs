using System.Runtime.InteropServices;

namespace Pth.Formats.Torch;

/// <summary>A part of a storage that was a storage of its own in PyTorch before 0.4: <c>(view_key, offset, view_size)</c>.</summary>
/// <param name="Key">Its name, apart from the storage's.</param>
/// <param name="Offset">The first element, not negative.</param>
/// <param name="Count">The number of elements, not negative.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StorageWindow(string Key, long Offset, long Count);
