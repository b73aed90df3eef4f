using System.Runtime.InteropServices;

namespace Pth;

/// <summary>How far a long copy has come.</summary>
/// <param name="BytesDone">The bytes that are copied.</param>
/// <param name="BytesTotal">The bytes to copy.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TransferProgress(long BytesDone, long BytesTotal);
