using System.Runtime.InteropServices;

namespace Pth.Bytes;

/// <summary>A piece of work on a list of runs of bytes: some whole runs, or a chunk of one.</summary>
/// <param name="First">The first run.</param>
/// <param name="Count">How many runs.</param>
/// <param name="Split">Where the checksum of a shared run comes together; null for whole runs.</param>
/// <param name="Chunk">The number of the chunk.</param>
/// <param name="Offset">The chunk's first byte in its run.</param>
/// <param name="Length">The chunk's length.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WorkPiece(
    int First,
    int Count,
    SplitChecksum? Split = null,
    int Chunk = 0,
    long Offset = 0,
    int Length = 0
);
