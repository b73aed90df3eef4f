using System.Runtime.InteropServices;

namespace Pth.Bytes;

/// <summary>A whole source that is copied to a place in memory.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CopyRange(ByteSource Source, long DestinationOffset);
