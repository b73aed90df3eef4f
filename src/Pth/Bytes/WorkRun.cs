using System.Runtime.InteropServices;

namespace Pth.Bytes;

/// <summary>One run of bytes at its place in what is written.</summary>
/// <param name="ExtentStart">Where what belongs to it begins: its header, or itself.</param>
/// <param name="Start">The first byte.</param>
/// <param name="Length">The number of bytes.</param>
/// <param name="ExtentEnd">Where what belongs to it ends.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WorkRun(long ExtentStart, long Start, long Length, long ExtentEnd);
